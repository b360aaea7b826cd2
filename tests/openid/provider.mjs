// A real OpenID provider for tests. Reads one JSON line: {port, redirectUri, clientSecret, accounts, inUserinfo}.
// Says "ready" when it answers. GET /interaction/UID?account=NAME signs NAME in.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const told = JSON.parse(await new Promise((resolve) => createInterface(process.stdin).once("line", resolve)));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const issuer = `http://127.0.0.1:${told.port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "hotro",
    client_secret: told.clientSecret,
    redirect_uris: [told.redirectUri],
    response_types: ["code"],
    grant_types: ["authorization_code"],
  }],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" }] },
  claims: { openid: ["sub"], profile: ["name", "hotro_role"], email: ["email"] },
  conformIdTokenClaims: told.inUserinfo,
  cookies: { keys: [randomUUID()] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (context, id) => told.accounts[id] && { accountId: id, claims: async () => ({ sub: id, ...told.accounts[id] }) },
  // Whoever signs in has agreed: the client is the agency's own.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

createServer(async (request, response) => {
  const asked = new URL(request.url, issuer);
  if (!asked.pathname.startsWith("/interaction/")) return answer(request, response);
  const name = asked.searchParams.get("account");
  const result = name ? { login: { accountId: name } } : { error: "access_denied" };
  return provider.interactionFinished(request, response, result);
}).listen(told.port, "127.0.0.1", () => console.log("ready"));
