// Nicer forms: what is typed is kept, questions open when they are needed, a cut line loses nothing. Files: tai-tep.js.
// Every form works without this. The device keeps only what the server has not got; nothing goes anywhere else.
(function () {
  "use strict";

  const WEEK = 7 * 24 * 3600 * 1000;
  const ERASE = "Xóa khỏi máy này";

  class Down extends Error {}

  function make(tag, attributes, ...inside) {
    const made = document.createElement(tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    made.append(...inside);
    return made;
  }
  function button(words, press, attributes) {
    const made = make("button", { type: "button", class: "md-button", ...attributes }, words);
    made.addEventListener("click", press);
    return made;
  }
  const notice = (role, title, text, ...buttons) =>
    make("div", { class: "hotro-notice hotro-notice--official", role }, make("p", {}, make("strong", {}, title)), make("p", {}, text), ...buttons);
  const hidden = (name, value) => make("input", { type: "hidden", name, value });
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const differing = (one, other) => Object.keys({ ...one, ...other }).filter((name) => !same(one[name], other[name]));
  const pause = (time) => new Promise((over) => setTimeout(over, time));
  const backoff = (misses) => Math.min(30, 2 ** misses) * 1000;

  /** Vietnam time, as the server writes it. */
  function momentWords(time) {
    const [year, month, day, hour, minute] = new Date(time + 7 * 3600 * 1000).toISOString().split(/\D/);
    return `${hour} giờ ${minute}, ngày ${day}/${month}/${year}`;
  }

  /** Whole đồng, or null. The server reads alike. */
  function amountOf(typed) {
    const bare = typed.replace(/[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g, "").trim().replace(/\s*(?:đồng|vnđ|vnd|đ)\.?$/i, "");
    return (/^\d{1,3}(?:[.,\s]+\d{3})+$|^\d+$/.test(bare) && Number(bare.replace(/\D/g, ""))) || null;
  }

  /** The server's answer. Throws Down when none came in time, or an error with what the refusal says. */
  async function ask(url, options, cut = new AbortController(), seconds = 15) {
    const timer = setTimeout(() => cut.abort(), seconds * 1000);
    let answer;
    let told = {};
    try {
      answer = await fetch(url, { ...options, signal: cut.signal });
      if (!answer.ok) told = await answer.json().catch(() => ({}));
    } catch {
      throw new Down();
    } finally {
      clearTimeout(timer);
    }
    const { ok, status } = answer;
    if (ok) return answer;
    if ([408, 502, 504].includes(status)) throw new Down();
    const message = told.detail ?? `Trang chưa nhận được (mã ${status}). Thử lại sau.`;
    throw Object.assign(new Error(message), { status, code: told.code });
  }

  // This device: one store of records with key, page and time. Where that is forbidden or full, all goes on without.

  let database;

  async function device(what, ...given) {
    try {
      const work = database.transaction("kept", "readwrite");
      const asked = work.objectStore("kept")[what](...given);
      await new Promise((yes, no) => Object.assign(work, { oncomplete: yes, onabort: no }));
      return asked.result;
    } catch {}
  }
  const records = async (wanted) => ((await device("getAll")) ?? []).filter(wanted);
  const forget = async (wanted) => Promise.all((await records(wanted)).map(({ key }) => device("delete", key)));

  async function openDevice() {
    try {
      const asked = indexedDB.open("hotro-ban-nhap", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "key" });
      await new Promise((yes, no) => Object.assign(asked, { onsuccess: yes, onerror: no }));
      database = asked.result;
    } catch {}
    await forget(({ time }) => time < Date.now() - WEEK);
  }

  // A form with a draft behind it.

  function guide(form) {
    const { dataset, elements } = form;
    const path = form.getAttribute("action");
    const owner = () => `${dataset.draft ?? dataset.draftForm} `;
    const place = () => owner() + path;
    const put = (record) => device("put", { page: place(), time: Date.now(), ...record });
    const consents = [...form.querySelectorAll("[data-consent] input")].map(({ name }) => name);
    const eraser = () => button(ERASE, erase);

    const actions = [...form.querySelectorAll(".hotro-actions")].pop();
    const top = document.querySelector("[data-saved]");
    const saved = make("span", { "data-saved": "", ...(top ? {} : { role: "status" }) }, top?.textContent ?? "");
    const link = make("span");
    const unsaved = make("span", { hidden: "" }, "Nội dung đang gõ giữ trên máy này, chưa lưu vào bản nháp. ", eraser());
    const status = make("p", { class: "hotro-hint", role: "status" });
    const say = (words) => (status.textContent = words);
    const isPart = path.startsWith("/ban-nhap/"); // short: the time at its top is seen
    actions.before(make("p", { class: "hotro-kept" }, isPart ? "" : saved, link, unsaved), status);

    let banner;
    function tell(...given) {
      const next = notice(...given);
      if (banner?.isConnected && banner.isEqualNode(next)) return;
      banner?.remove();
      next.classList.add("hotro-banner");
      actions.before((banner = next));
    }

    // What is typed. Consent is given anew each time: the device does not keep it.

    function typed(from = form) {
      const found = {};
      for (const [name, value] of new FormData(from))
        if (typeof value === "string" && name[0] !== "_" && !consents.includes(name)) (found[name] ??= []).push(value);
      return found;
    }
    const copy = form.cloneNode(true);
    copy.reset();
    let base = typed(copy); // as the server knows it
    const changed = () => differing(base, typed());

    async function keep() {
      const record = { key: place(), typed: typed(), base, pageKey: elements._key?.value };
      const kept = await (changed().length ? put(record) : device("delete", record.key));
      unsaved.hidden = !kept || isDown || Boolean(dataset.draft);
    }

    function fill(fields, names) {
      for (const control of elements) {
        const values = fields[control.name] ?? [];
        if (!names.includes(control.name)) continue;
        if (/radio|checkbox/.test(control.type)) control.checked = values.includes(control.value);
        else control.value = values[0] ?? "";
      }
      for (const folded of form.querySelectorAll("details")) folded.open ||= folded.querySelector(":checked") !== null;
      follow();
    }

    /** What was changed here, onto the page as the server has it now. */
    function putBack(record) {
      fill(record.typed, differing(record.base, record.typed));
      if (!changed().length && dataset.draft) return device("delete", place());
      if (elements._key && record.pageKey) elements._key.value = record.pageKey;
      const text = `Đã lấy lại nội dung gõ lúc ${momentWords(record.time)} giữ trên máy này.`;
      form.prepend(notice("status", "Làm tiếp phần chưa gửi", text, eraser()));
    }

    function follow() {
      const given = new FormData(form);
      for (const box of form.querySelectorAll("[data-asked-by]"))
        box.hidden = !box.dataset.askedFor.split(" ").some((value) => given.getAll(box.dataset.askedBy).includes(value));
      for (const total of form.querySelectorAll("[data-total]")) {
        const name = new RegExp(`^${total.dataset.total.replace(".", "\\.\\d+\\.")}$`);
        const amounts = [...given].filter(([one, value]) => name.test(one) && value.trim()).map(([, value]) => amountOf(value));
        const words = amounts.includes(null) ? "có số chưa đọc được" : `${grouped(amounts.reduce((sum, one) => sum + one, 0))}\u00a0đồng`;
        const output = total.querySelector("output");
        if (output.textContent !== words) output.textContent = words;
      }
    }

    // Saving: one request at a time, and the key of the page until there is a draft.

    let turn = Promise.resolve();
    let isDown = false;
    let misses = 0;
    let retry;
    const save = (...given) => (turn = turn.catch(() => {}).then(() => saveNow(...given)));
    const attempt = (...given) => save(...given).catch(failed);

    async function saveNow(action = "save", keepalive = false) {
      const now = typed();
      const body = new FormData();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      body.set("_action", action);
      const answer = await ask(path, { method: "POST", headers: { Accept: "application/json" }, body, keepalive });
      const told = await answer.json();
      if (!dataset.draft) await begin(told);
      base = now;
      await keep();
      const words = `Đã lưu lúc ${told.saved}.`;
      for (const mark of document.querySelectorAll("[data-saved]")) if (mark.textContent !== words) mark.textContent = words;
      if (isDown) tell("status", "Đã có kết nối lại", words);
      else banner?.remove();
      isDown = false;
      misses = 0;
      clearTimeout(retry);
      files.wake();
    }

    async function begin({ draft, token }) {
      await device("delete", place());
      dataset.draft = draft;
      form.append(hidden("_draft", token));
      link.append(" ", make("a", { href: draft }, "Đường dẫn và các phần của bản nháp"));
      history.replaceState(null, "", `?ban-nhap=${token}`);
      files.moved();
    }

    function failed(error) {
      if (!(error instanceof Down)) {
        const receipt = error.code === "already_sent" ? [make("a", { href: dataset.draft }, "Mở biên nhận")] : [];
        return tell("alert", "Chưa lưu được vào bản nháp", error.message, ...receipt);
      }
      clearTimeout(retry);
      retry = setTimeout(attempt, backoff(misses++));
      if (isDown) return;
      isDown = unsaved.hidden = true;
      const count = changed().length + files.count();
      const text = `Trang đã lưu vẫn đọc được. ${count} ô và tệp đang giữ trên máy này, chưa gửi. Giữ trang mở; có mạng sẽ tải tiếp vào bản nháp. Máy dùng chung: bấm “${ERASE}”.`;
      tell("alert", "Đang mất kết nối", text, eraser());
    }

    async function erase() {
      files.stop();
      fill(base, changed());
      clearTimeout(retry);
      await forget(({ page }) => page.startsWith(owner()));
      if (isDown) tell("status", "Đã xóa khỏi máy này", "Phần chưa gửi không còn trên máy này.");
      else if (!dataset.draft) location.assign(location.pathname + location.search);
      else location.assign(path.startsWith("/nop/") ? `${path}?ban-nhap=${elements._draft.value}` : path);
      isDown = false;
    }

    // Files: that part of the script comes when somebody begins to fill in. Where it does not, files go with the form.

    let files = { count: () => 0, wake() {}, moved() {}, stop() {}, hold() {}, settled() {} };
    let coming;
    const shared = { form, make, button, ask, Down, device, put, records, forget, place, backoff, save, say, failed, takeOut };
    function bringFiles() {
      if (form.querySelector("[data-paper]"))
        coming ??= import("/assets/tai-tep.js").then(({ takeFiles }) => takeFiles(shared)).then((taken) => (files = taken), () => {});
      return coming;
    }

    /** A file's row is gone: on to the next one's button. */
    function takeOut(row) {
      const input = row.closest("[data-paper]").querySelector("input[type=file]");
      const list = row.parentElement;
      const next = row.nextElementSibling?.querySelector("button:not([hidden])");
      row.remove();
      if (!list.children.length) list.remove();
      (next ?? input).focus();
    }

    // Going on: files first, then one small request that shows whether the line is there, then the form itself.

    let busy = null; // the press that is being followed; while it waits for files, another may take its place
    let waits = false;
    let pressed;

    async function goOn(pressing, mine) {
      const action = pressing?.name === "_action" ? pressing.value : "";
      await Promise.race([coming, pause(5000)]);
      if (!action || action === "save" || !database) {
        waits = true;
        const stuck = await files.settled();
        if (busy !== mine) return;
        waits = false;
        if (stuck) return stuck.focus();
      }
      const drops = action.startsWith("drop:");
      await save(drops ? action : "save");
      if (!drops) return post(pressing);
      say(pressing.textContent.replace("Xóa", "Đã xóa"));
      takeOut(pressing.closest("li"));
    }

    function post(pressing) {
      files.hold();
      pressed?.remove();
      form.append((pressed = hidden(pressing?.name ?? "", pressing?.value ?? "")));
      form.setAttribute("action", pressing?.getAttribute("formaction") ?? path);
      HTMLFormElement.prototype.submit.call(form);
      return true;
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (busy && !waits) return;
      busy = event;
      waits = false;
      goOn(event.submitter, event)
        .catch((error) => {
          if (!(error instanceof Down) && !error.code) return post(event.submitter); // the page that follows says why
          failed(error);
          banner.scrollIntoView({ block: "nearest" });
        })
        .catch(() => HTMLFormElement.prototype.submit.call(form))
        .then((gone) => setTimeout(() => busy === event && (busy = null), gone ? 10000 : 0));
    });
    window.addEventListener("pageshow", () => (busy = null));

    let later = [];
    form.addEventListener("focusin", bringFiles);
    form.addEventListener("input", () => {
      bringFiles();
      later.forEach(clearTimeout);
      later = [setTimeout(() => [follow(), keep()], 300), setTimeout(() => !busy && dataset.draft && changed().length && attempt(), 4000)];
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden") return;
      keep();
      if (!busy && dataset.draft && changed().length) attempt("save", true);
    });
    window.addEventListener("online", () => (isDown ? attempt() : files.wake()));

    async function takeUp() {
      await openDevice();
      for (const record of await records(({ page }) => page === place())) record.typed ? putBack(record) : bringFiles();
    }

    if (!dataset.draft && !elements._key) form.append(hidden("_key", String(crypto.getRandomValues(new Uint32Array(4)))));
    form.classList.add("hotro-form--guided");
    for (const input of form.querySelectorAll("[data-paper] input[type=file]")) input.after(make("p", { class: "hotro-drop" }, "Hoặc kéo tệp vào khung này."));
    follow();
    takeUp();
  }

  // Every page with a form.

  function copies(pressing) {
    const said = make("span", { role: "status" });
    const box = document.getElementById(pressing.dataset.copy);
    pressing.hidden = false;
    pressing.after(" ", said);
    pressing.addEventListener("click", async () => {
      box.select();
      const copied = await Promise.resolve(navigator.clipboard?.writeText(box.value) ?? document.execCommand("copy")).catch(() => false);
      said.textContent = copied === false ? "Chưa chép được. Đường dẫn đã được chọn, tự chép." : "Đã chép đường dẫn.";
    });
  }

  /** Sent once, however often the button is pressed, and not into a line that is down. What is sent leaves the device. */
  function sendsOnce(form) {
    const draft = "sendOnce" in form.dataset && form.querySelector("[name=_draft]")?.value;
    let sent = 0;
    let banner;
    form.addEventListener("submit", (event) => {
      if (navigator.onLine === false) {
        event.preventDefault();
        banner ??= notice("alert", "Đang mất kết nối", "Chưa gửi. Giữ trang mở; có mạng thì bấm lại.");
        return form.prepend(banner);
      }
      if (Date.now() - sent < 10000) return event.preventDefault();
      sent = Date.now();
      if (!draft) return;
      event.preventDefault();
      const emptied = openDevice().then(() => forget(({ page }) => page.startsWith(`/ban-nhap/${draft} `)));
      Promise.race([emptied, pause(1000)]).finally(() => HTMLFormElement.prototype.submit.call(form));
    });
    window.addEventListener("pageshow", () => (sent = 0));
  }

  document.querySelectorAll("[data-copy]").forEach(copies);
  for (const form of document.querySelectorAll("form[method=post]")) {
    const draft = new URLSearchParams(location.search).get("ban-nhap");
    if (!("draftForm" in form.dataset)) sendsOnce(form);
    else if (draft && !form.dataset.draft) location.replace(`${form.getAttribute("action")}?ban-nhap=${encodeURIComponent(draft)}`);
    else guide(form);
  }
})();
