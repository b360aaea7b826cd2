// Files of a form go up as soon as they are chosen, in pieces (tus 1.0.0), one at a time, and go on after a cut line.
// Brought by ban-nhap.js when somebody begins to fill in.

const KB = 1024;
const [LEAST, FIRST, MOST, SECONDS] = [32 * KB, 128 * KB, 2048 * KB, 4]; // a piece, and how long it should take

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const encoded = (text) => base64(new TextEncoder().encode(text));

function sizeWords(bytes) {
  if (bytes < KB) return `${bytes.toLocaleString("vi")}\u00a0byte`;
  if (bytes <= KB * KB - KB) return `${Math.ceil(bytes / KB)}\u00a0kB`;
  return `${String(Math.ceil((bytes * 10) / KB / KB) / 10).replace(".", ",")}\u00a0MB`;
}

function leftWords(seconds) {
  if (seconds <= 50) return `khoảng ${Math.max(1, Math.ceil(seconds / 10))}0 giây`;
  return seconds < 5400 ? `khoảng ${Math.ceil(seconds / 60)} phút` : `khoảng ${Math.round(seconds / 3600)} giờ`;
}

export async function takeFiles({ form, make, button, ask, Down, device, put, records, forget, place, backoff, save, say, failed, takeOut }) {
  const { dataset } = form;
  const papers = [...form.querySelectorAll("[data-paper]")];
  const rows = []; // files that the draft does not have yet: waiting, on their way, refused
  const shown = new Set(); // keys of every file that this page has had
  let running = null;
  let stopWaiting = () => {};
  let speed = 0;
  let piece = FIRST;

  const inputOf = (paper) => paper.querySelector("input[type=file]");
  const listOf = (paper) => paper.querySelector(":scope > .hotro-files");
  const percentOf = ({ at, file }) => Math.min(99, Math.floor((at * 100) / file.size));
  const forgetRow = ({ key }) => forget((record) => record.key.startsWith(key));
  const keepRow = ({ key, name, url, paper }) => put({ key, name, url, item: paper.dataset.paper });
  const tus = (row, method, headers, body, cut = row.cut) =>
    ask(row.url || `${dataset.draft}/tep`, { method, body, headers: { "Tus-Resumable": "1.0.0", ...headers } }, cut, 60);

  // Choosing. What a paper's limits refuse is told at once, in the server's words.

  function faultOf({ paper, file, name }) {
    const { title: item, accept, types, mostBytes: most, mostFiles: max } = paper.dataset;
    const suffix = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? "";
    const actual = listOf(paper).querySelectorAll(":scope > :not([data-refused])").length;
    const values = { file: name, item, accept: types, ext: suffix.slice(1).toUpperCase() || "không rõ", size: sizeWords(file.size), max: sizeWords(most) };
    if (file.size > most) return { words: filled(dataset.sayFileTooLarge, values) };
    if (!file.size) return { words: filled(dataset.sayFileEmpty, values), standIn: true };
    if (!accept.split(",").includes(suffix.toLowerCase())) return { words: filled(dataset.sayFileType, values), standIn: true };
    return actual > max && { words: filled(dataset.sayFilesTooMany, { item, actual, max, over: actual - max }) };
  }

  function choose(paper, files) {
    for (const file of files) {
      const row = addRow({ paper, file, name: file.name.normalize(), key: `${Date.now()} ${Math.random()}` });
      const fault = faultOf(row);
      if (fault) refuse(row, fault.words, fault.standIn);
      else {
        keepRow(row);
        put({ key: `${row.key} file`, file });
      }
    }
    run();
  }

  function addRow(row) {
    const { name, file, paper, key } = row;
    const id = `tai-${key.replace(/\W/g, "-")}`;
    row.at = row.quarter = 0;
    row.bar = make("progress", { max: 100, value: 0, "aria-label": `Đã tải ${name}` });
    row.words = make("span", { id }, "Chờ tải");
    row.again = button(`Tải tiếp ${name}`, () => row.wake?.(), { hidden: "", "aria-describedby": id });
    row.drop = button(`Hủy tải ${name}`, () => {
      end(rows.splice(rows.indexOf(row), 1)[0]);
      say(`Đã bỏ ${name}`);
      takeOut(row.box);
    }, { "aria-describedby": id });
    row.box = make("li", { class: "hotro-upload" }, make("span", {}, `${name} (${sizeWords(file.size)})`), row.bar, row.words, row.again, row.drop);
    if (!listOf(paper)) inputOf(paper).before(make("ul", { class: "hotro-files" }));
    listOf(paper).append(row.box);
    rows.push(row);
    shown.add(key);
    return row;
  }

  function end(row) {
    row.gone = true;
    row.cut?.abort();
    row.wake?.();
    forgetRow(row);
    if (row.url) tus(row, "DELETE", {}, undefined, new AbortController()).catch(() => {});
  }

  function show(row, words, trouble = false) {
    row.words.textContent = words;
    row.words.className = trouble ? "hotro-error" : "";
    row.trouble = trouble;
    if (!trouble && document.activeElement === row.again) row.drop.focus();
    row.again.hidden = !trouble || Boolean(row.refused);
    if (!trouble) return;
    say(words);
    stopWaiting();
  }

  function refuse(row, words, standIn = false) {
    row.refused = row.bar.hidden = true;
    row.standIn = standIn;
    row.url = "";
    row.box.dataset.refused = "";
    row.drop.textContent = `Xóa tệp ${row.name}`;
    forgetRow(row);
    show(row, words, true);
  }

  // Sending.

  function run() {
    const next = () => rows.find((row) => !row.refused);
    const work = async () => {
      while (next()) await carry(next());
    };
    running ??= work().finally(() => (running = null));
  }

  async function carry(row) {
    for (let misses = 0; !row.gone && !row.refused; misses++) {
      const before = row.at;
      try {
        return become(row, await pieces(row));
      } catch (error) {
        if (row.gone) return;
        if (row.at > before) misses = 0;
        piece = Math.max(LEAST, piece / 2);
        const { status, code, message } = error;
        if (error instanceof Down) {
          show(row, filled(dataset.sayUploadInterrupted, { file: row.name, percent: `${percentOf(row)}%` }), true);
          if (navigator.onLine === false) failed(error);
        } else if (status === 404 && row.url) row.url = ""; // lapsed: once more from its first byte
        else if (status === 429 || status >= 500) show(row, message, true);
        else if (code !== "upload_offset" && code !== "upload_checksum") refuse(row, message);
      }
      await new Promise((wake) => setTimeout((row.wake = wake), backoff(misses)));
    }
  }

  /** Sends what is missing of a file; the id that it has in the draft. */
  async function pieces(row) {
    const { file, name, paper } = row;
    if (!dataset.draft) await save();
    row.cut = new AbortController();
    let answer;
    if (row.url) answer = await tus(row, "HEAD");
    else {
      const named = `filename ${encoded(name)},item ${encoded(paper.dataset.paper)}`;
      answer = await tus(row, "POST", { "Upload-Length": file.size, "Upload-Metadata": named });
      row.url = new URL(answer.headers.get("Location"), location.href).pathname;
      keepRow(row);
      say(`Đang tải ${name}`);
    }
    for (;;) {
      row.at = Number(answer.headers.get("Upload-Offset"));
      const id = answer.headers.get("Hotro-Attachment");
      if (id) return id;
      showProgress(row);
      const bytes = await new Response(file.slice(row.at, row.at + piece)).arrayBuffer().catch(() => null);
      if (!bytes?.byteLength) throw new Error(`Không đọc được “${name}” trên máy này. Chọn lại tệp.`);
      const headers = { "Upload-Offset": row.at, "Content-Type": "application/offset+octet-stream" };
      if (window.crypto?.subtle) headers["Upload-Checksum"] = `sha256 ${base64(await crypto.subtle.digest("SHA-256", bytes))}`;
      const start = performance.now();
      answer = await tus(row, "PATCH", headers, bytes);
      const now = (bytes.byteLength * 1000) / Math.max(1, performance.now() - start);
      speed = speed ? 0.6 * speed + 0.4 * now : now;
      piece = Math.round(Math.max(LEAST, Math.min(MOST, piece * 4, now * SECONDS)));
    }
  }

  function showProgress(row) {
    const percent = percentOf(row);
    const quarter = Math.floor(percent / 25);
    row.bar.value = percent;
    show(row, speed ? `${percent}%, còn ${leftWords((row.file.size - row.at) / speed)}` : `${percent}%`);
    if (quarter > row.quarter) say(`Đã tải ${percent}% ${row.name}`);
    row.quarter = quarter;
  }

  /** From now on a file of the draft like any other. */
  function become(row, id) {
    const { name, file, box } = row;
    const focused = box.contains(document.activeElement);
    const drop = make("button", { class: "md-button", name: "_action", value: `drop:${id}` }, `Xóa tệp ${name}`);
    rows.splice(rows.indexOf(row), 1);
    forgetRow(row);
    if (form.querySelector(`[value="drop:${id}"]`)) box.remove();
    else box.replaceWith(make("li", {}, `Đã giữ ${name} (${sizeWords(file.size)}) `, drop));
    if (focused) drop.focus();
    say(`Đã tải xong ${name}`);
  }

  /** The page has a draft now. */
  async function move(row) {
    if (row.refused) return;
    keepRow(row);
    const kept = await device("get", `${row.key} file`);
    if (kept && !row.gone) put({ ...kept, page: place() });
  }

  // The page.

  for (const paper of papers) {
    const input = inputOf(paper);
    const take = () => {
      const files = [...input.files];
      input.value = "";
      choose(paper, files);
    };
    for (const kind of ["dragover", "dragleave", "drop"])
      paper.addEventListener(kind, (event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        paper.classList.toggle("hotro-item--over", kind === "dragover");
        if (kind === "drop") choose(paper, event.dataTransfer.files);
      });
    input.addEventListener("change", take);
    take();
  }
  for (const record of await records(({ page, item }) => item && page === place())) {
    const paper = papers.find((one) => one.dataset.paper === record.item);
    const kept = await device("get", `${record.key} file`);
    // One that was chosen on this page may have arrived already.
    if (paper && kept && !shown.has(record.key)) addRow({ ...record, paper, file: kept.file });
  }
  run();

  return {
    count: () => rows.filter((row) => !row.refused).length,
    wake: () => rows.forEach((row) => row.wake?.()),
    moved: () => rows.forEach(move),
    stop: () => rows.splice(0).forEach(end),
    /** Waits for files on their way; the button of one that needs somebody. */
    async settled() {
      const stuck = () => rows.find((row) => row.trouble && !row.standIn);
      if (running && !stuck()) {
        say("Đang tải nốt tệp, xong sẽ tự đi tiếp.");
        await Promise.race([running, new Promise((stopped) => (stopWaiting = stopped))]);
      }
      return stuck() && (stuck().refused ? stuck().drop : stuck().again);
    },
    /** Of a file that its name or its emptiness refuses, the first bytes are enough for the server to say so too. */
    hold() {
      for (const paper of papers) {
        const refused = rows.filter((row) => row.standIn && row.paper === paper);
        if (!refused.length) continue;
        const held = new DataTransfer();
        for (const row of refused) held.items.add(new File([row.file.slice(0, KB)], row.name));
        inputOf(paper).files = held.files;
      }
    },
  };
}
