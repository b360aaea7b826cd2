// On the page before sending: the proof of work, when one is asked for, is done while the answers are read.
// Without script, or where the browser has no crypto.subtle, a minute of waiting does as well.
(async function () {
  "use strict";

  const box = document.querySelector("input[data-work]");
  const state = document.querySelector("[data-work-state]");
  if (!box || !state || !globalThis.crypto?.subtle) return;

  const challenge = JSON.parse(box.dataset.work);
  const { algorithm, nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const settings = { name: "PBKDF2", hash: algorithm.replace("PBKDF2/", ""), salt: bytes(salt), iterations: cost };
  const started = performance.now();
  state.textContent = "Đang kiểm tra để gửi, khoảng vài giây…";

  for (let counter = 0; ; counter += 1) {
    const password = new Uint8Array([...bytes(nonce), counter >>> 24, counter >>> 16, counter >>> 8, counter]);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hex(await crypto.subtle.deriveBits(settings, key, keyLength * 8));
    if (!derivedKey.startsWith(keyPrefix)) continue;
    box.value = btoa(JSON.stringify({ challenge, solution: { counter, derivedKey, time: performance.now() - started } }));
    state.textContent = "Đã sẵn sàng gửi.";
    return;
  }
})();
