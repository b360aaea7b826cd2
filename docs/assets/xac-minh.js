// “Xác minh biên nhận”: what a receipt says is checked here, in the browser, against the site's public keys. Nothing is
// sent anywhere. The same script stands inside xac-minh.html, which works without network. What is signed, and how:
// processor/domain/receipt.py.

const DATA_MARK = /hotro-receipt-1:([A-Za-z0-9_-]+)/g;
const FILE_LINE = /\n%hotro-file-1 ([0-9a-f]{16}) ([A-Za-z0-9_-]{86})\n(?=startxref\n)/g;
const SEAL = /^HOTRO1\.(HT-[0-9A-Z-]{14})\.([0-9T:+-]{25})\.([A-Z2-7]{52})\.([0-9A-F]{16})\.([A-Z2-7]{103})$/;
const SEAL_CONTEXT = "hotro receipt seal 1\n";
const FILE_CONTEXT = "hotro receipt file 1\n";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):\d\d\+07:00$/;
const utf8 = new TextEncoder();

/** What cannot be read as a receipt, and what can but is not as it was issued. */
class Unreadable extends Error {}
class Altered extends Error {}

// 1 Texts and bytes

/** RFC 8785 of what a receipt can hold: objects, lists, texts, whole numbers, true, false and null. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort(); // by UTF-16 units, as the RFC wants it
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Altered();
  if (typeof value === "string" && !value.isWellFormed()) throw new Altered();
  return JSON.stringify(value);
}

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes of base64. Only the one right spelling counts: unused bits that are set are a change too. */
function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    if (btoa(String.fromCharCode(...bytes)) === text) return bytes;
  } catch {}
  throw new Altered();
}

const fromBase64url = (text) =>
  fromBase64(text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "="));

function fromBase32(text) {
  let bits = 0n;
  for (const sign of text) bits = bits * 32n + BigInt(BASE32.indexOf(sign));
  const unused = BigInt((text.length * 5) % 8);
  if (bits & ((1n << unused) - 1n)) throw new Altered();
  const digits = (bits >> unused).toString(16).padStart(Math.floor((text.length * 5) / 8) * 2, "0");
  return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
}

async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

// 2 Reading: every reader gives {document} or {seal}, and {file} where a whole PDF is signed

export function readText(text) {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed.startsWith("HOTRO1.")) return { seal: readSeal(trimmed) };
  try {
    return { document: readDocument(JSON.parse(trimmed)) };
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unreadable();
    throw error;
  }
}

function readSeal(text) {
  const found = SEAL.exec(text);
  if (!found) throw new Altered();
  const [, reference, receivedAt, digest, keyId, signature] = found;
  const told = {
    key_id: keyId.toLowerCase(),
    payload_sha256: hex(fromBase32(digest)),
    received_at: receivedAt,
    reference,
  };
  return { told, signature: fromBase32(signature) };
}

function readDocument(document) {
  const names = document && typeof document === "object" ? Object.keys(document).sort().join() : "";
  const { payload, signature, key_id: keyId } = document ?? {};
  const sound = payload && typeof payload === "object" && typeof signature === "string" && typeof keyId === "string";
  if (names !== "key_id,payload,signature" || !sound) throw new Unreadable();
  return { payload, keyId, signature: fromBase64(signature) };
}

/** The receipt among the keywords of a PDF file: they stand there as they are, twice. */
export function readPdf(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  const marks = new Set([...text.matchAll(DATA_MARK)].map((found) => found[1]));
  if (marks.size === 0) throw new Unreadable();
  if (marks.size > 1) throw new Altered();
  let document;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url([...marks][0])));
  } catch {
    throw new Altered();
  }
  return { document: readDocument(document), file: signedPart(bytes, text) };
}

/** What the signature of the file is over: all of it but the signature's own line. */
function signedPart(bytes, text) {
  const line = [...text.matchAll(FILE_LINE)].at(-1);
  if (!line) return { content: null };
  const start = line.index + 1;
  const content = new Uint8Array(bytes.length - line[0].length + 1);
  content.set(bytes.subarray(0, start));
  content.set(bytes.subarray(line.index + line[0].length), start);
  return { keyId: line[1], signature: line[2], content };
}

// 3 Verifying

/** Raises NotSupportedError in a browser that does not know Ed25519. */
async function holds(key, signature, content) {
  const bytes = fromBase64(key.public_key);
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, content);
}

/** The outcome by its name in forms/receipt.yml; `content` is what was verified, `remarks` what is said besides. */
export async function verify(read, keys) {
  try {
    return read.seal ? await verifySeal(read.seal, keys) : await verifyDocument(read, keys);
  } catch (error) {
    if (error instanceof Altered) return { outcome: "altered" };
    if (error.name === "NotSupportedError") return { outcome: "no_ed25519" };
    throw error;
  }
}

async function verifySeal({ told, signature }, keys) {
  const statement = utf8.encode(SEAL_CONTEXT + canonical(told));
  const content = { ...told, sha256: told.payload_sha256 };
  return outcomeOf("seal", content, told.key_id, keys, signature, statement);
}

async function verifyDocument({ document, file }, keys) {
  const statement = utf8.encode(canonical(document.payload));
  const content = { ...document.payload, key_id: document.keyId, sha256: await sha256(statement) };
  const found = await outcomeOf("data", content, document.keyId, keys, document.signature, statement);
  if (!file || found.outcome !== "data") return found;
  return { ...found, outcome: (await fileHolds(file, keys)) ? "file" : "altered_file" };
}

async function fileHolds({ content, keyId, signature }, keys) {
  const key = content && keys.find((one) => one.key_id === keyId);
  if (!key) return false;
  const statement = utf8.encode(`${FILE_CONTEXT}${keyId}\n${await sha256(content)}`);
  try {
    return await holds(key, fromBase64url(signature), statement);
  } catch (error) {
    if (error instanceof Altered) return false;
    throw error;
  }
}

async function outcomeOf(good, content, keyId, keys, signature, statement) {
  const key = keys.find((one) => one.key_id === keyId);
  if (!key) return { outcome: "unknown_key", values: { key_id: keyId.slice(0, 40) } };
  if (!(await holds(key, signature, statement))) return { outcome: "altered" };
  const [at, since, until] = [content.received_at, key.valid_from, key.valid_to].map((time) => Date.parse(time));
  const values = { key_id: keyId, since: timeWords(key.valid_from), until: timeWords(key.valid_to) };
  if (key.valid_to !== null && at >= until) return { outcome: "closed_key", values };
  return { outcome: good, content, values, remarks: at < since ? ["early_key"] : [] };
}

// 4 Words for what was verified, as processor/domain writes them

export function timeWords(time) {
  const found = TIME.exec(time ?? "");
  return found ? `${found[4]} giờ ${found[5]}, ngày ${found[3]}/${found[2]}/${found[1]} (giờ Việt Nam)` : String(time);
}

export function sizeWords(bytes) {
  const [KB, MB] = [1024, 1024 * 1024];
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");
  if (bytes < KB) return `${grouped(bytes)}\u00a0byte`;
  if (bytes <= MB - KB) return `${grouped(Math.ceil(bytes / KB))}\u00a0kB`;
  const tenths = Math.ceil((bytes * 10) / MB);
  return `${grouped(Math.floor(tenths / 10))}${tenths % 10 ? `,${tenths % 10}` : ""}\u00a0MB`;
}

export const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// 5 Pictures and camera

const WIDTHS = [1200, 2400, 700];

async function decoder(tool) {
  if (!globalThis.hotroQr) {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: tool.dataset.readerAt, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  return globalThis.hotroQr.decodeQR;
}

/** The text of the QR code in a drawable, or null. `canvas` is used again from picture to picture. */
function codeIn(decode, canvas, drawable, width, height, widest, timeLimit) {
  const scale = Math.min(1, widest / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawable, 0, 0, canvas.width, canvas.height);
  try {
    return decode(context.getImageData(0, 0, canvas.width, canvas.height), { timeLimit });
  } catch {
    return null;
  }
}

async function codeInPicture(tool, file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Unreadable();
  }
  const decode = await decoder(tool);
  const canvas = document.createElement("canvas");
  for (const widest of WIDTHS) {
    const found = codeIn(decode, canvas, picture, picture.width, picture.height, widest, 1500);
    if (found) return found;
  }
  return null;
}

const isPdf = (bytes) => new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).includes("%PDF-");
const isPicture = (file, bytes) => file.type.startsWith("image/") || bytes[0] === 0x89 || (bytes[0] === 0xff && bytes[1] === 0xd8);

// 6 The tool on the page

class Tool {
  constructor(root) {
    this.root = root;
    this.result = this.one("[data-result]");
    this.seen = {};
    this.stream = null;
    this.one("[data-file]").addEventListener("change", (event) => this.checkFile(event.target));
    this.one("[data-check]").addEventListener("click", () => this.checkPasted());
    this.one("[data-camera]").addEventListener("click", () => this.scan());
    this.one("[data-stop]").addEventListener("click", () => this.stop());
    this.one("[data-local]").addEventListener("change", (event) => this.compare(event.target.files));
    this.one("[data-camera]").hidden = !navigator.mediaDevices?.getUserMedia;
    for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;
    root.hidden = false;
  }

  one(selector) {
    return this.root.querySelector(selector);
  }

  async keys() {
    if (this.root.dataset.keys) return JSON.parse(this.root.dataset.keys).keys;
    const answer = await fetch(this.root.dataset.keysAt, { cache: "no-store" });
    return (await answer.json()).keys;
  }

  async checkFile(input) {
    const [file] = input.files;
    if (!file) return;
    await this.check(file.name, async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (isPdf(bytes)) return readPdf(bytes);
      if (!isPicture(file, bytes)) return readText(new TextDecoder().decode(bytes));
      const code = await codeInPicture(this.root, file);
      return code === null ? { outcome: "no_code" } : readText(code);
    });
    input.value = ""; // the same name chosen again is checked again
  }

  async checkPasted() {
    await this.check("nội dung đã dán", () => readText(this.one("[data-pasted]").value));
  }

  async check(name, reading) {
    this.show(await this.outcome(reading), { file: name });
  }

  async outcome(reading) {
    if (!globalThis.crypto?.subtle) return { outcome: "no_crypto" };
    let read;
    try {
      read = await reading();
    } catch (error) {
      if (error instanceof Unreadable) return { outcome: "unreadable" };
      if (error instanceof Altered) return { outcome: "altered" };
      throw error;
    }
    if (read.outcome) return read;
    let keys;
    try {
      keys = await this.keys();
    } catch {
      return { outcome: "no_keys" };
    }
    return this.beside(await verify(read, keys), Boolean(read.seal));
  }

  /** A code and a file that were both verified are held against each other. */
  beside(found, isSeal) {
    if (!found.content) return found;
    this.seen[isSeal ? "seal" : "receipt"] = found.content;
    const { seal, receipt } = this.seen;
    const remark = seal && receipt ? [seal.sha256 === receipt.sha256 ? "same" : "different"] : [];
    return { ...found, remarks: [...found.remarks, ...remark] };
  }

  show({ outcome, content, values = {}, remarks = [] }, told) {
    const all = { ...told, ...values };
    for (const piece of this.root.querySelectorAll("[data-outcome]")) piece.hidden = piece.dataset.outcome !== outcome;
    for (const piece of this.root.querySelectorAll("[data-remark]")) piece.hidden = !remarks.includes(piece.dataset.remark);
    for (const piece of this.root.querySelectorAll("[data-fill]")) {
      piece.dataset.pattern ??= piece.textContent;
      piece.textContent = filled(piece.dataset.pattern, all);
    }
    this.one("[data-content]").hidden = !content;
    this.one("[data-compare]").hidden = !content?.attachments?.length;
    this.one("[data-compared]").replaceChildren();
    if (content) this.showContent(content);
    this.result.hidden = false;
    this.result.focus({ preventScroll: true });
    this.result.scrollIntoView({ block: "start" });
  }

  showContent(content) {
    const form = JSON.parse(this.root.dataset.forms)[content.form_id];
    const words = {
      reference: content.reference,
      time: timeWords(content.received_at),
      form: form?.title ?? content.form_id,
      version: content.form_version,
      sha256: content.sha256,
      key: content.key_id,
    };
    for (const [name, text] of Object.entries(words)) this.one(`[data-show="${name}"]`).textContent = text ?? "";
    for (const row of this.root.querySelectorAll("[data-of-receipt]")) row.hidden = !content.attachments;
    this.files = content.attachments ?? [];
    this.one("[data-no-files]").hidden = !content.attachments || this.files.length > 0;
    this.one("[data-files]").replaceChildren(
      ...this.files.map((file) => {
        const lines = [form?.items[file.item_id] ?? file.item_id, sizeWords(file.size), element("code", file.sha256)];
        return element("li", element("strong", file.name), ...lines.map((line) => element("span", line)));
      }),
    );
  }

  async compare(chosen) {
    const list = this.one("[data-compared]");
    list.replaceChildren();
    for (const file of chosen) {
      const digest = await sha256(await file.arrayBuffer());
      const same = this.files.find((one) => one.sha256 === digest);
      const pattern = same ? list.dataset.found : list.dataset.notFound;
      list.append(element("li", filled(pattern, { file: file.name, name: same?.name })));
    }
  }

  async scan() {
    this.stop();
    const video = this.one("video");
    let decode;
    try {
      decode = await decoder(this.root);
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
    } catch (error) {
      this.show({ outcome: error.name === "NotFoundError" ? "camera_missing" : "camera_refused" }, {});
      return;
    }
    const stream = this.stream;
    this.one("[data-viewfinder]").hidden = false;
    video.srcObject = stream;
    await video.play().catch(() => {}); // stopped before the first picture
    if (this.stream !== stream) return;
    video.scrollIntoView({ block: "center" });
    // Last: from here on nothing moves under the button that stops it.
    this.one("[data-scanning]").textContent = "Đưa mã QR vào giữa hình.";
    const canvas = document.createElement("canvas");
    while (this.stream === stream) {
      const found = codeIn(decode, canvas, video, video.videoWidth, video.videoHeight, 1200, 100);
      if (found?.startsWith("HOTRO1.")) {
        this.stop();
        await this.check("máy ảnh", () => readText(found));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.one("video").srcObject = null;
    this.one("[data-viewfinder]").hidden = true;
  }
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

const root = document.querySelector("[data-verify]");
if (root) new Tool(root);
