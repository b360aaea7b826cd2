// “Đơn vị có được hỗ trợ không?”, judged in the browser by the same data and the same steps as processor/domain/eligibility.py.
// A condition holds (true), does not (false) or cannot be told (null).

const all = (held) => (held.includes(false) ? false : held.includes(null) ? null : true);
const any = (held) => (held.includes(true) ? true : held.includes(null) ? null : false);

/** The value of a fact on a day (YYYY-MM-DD), or null while it is unknown. */
const factOn = (data, name, today) => data.facts[name]?.findLast((dated) => dated.from <= today)?.value ?? null;

function holds(condition, ground) {
  if ("all" in condition) return all(condition.all.map((part) => holds(part, ground)));
  if ("any" in condition) return any(condition.any.map((part) => holds(part, ground)));
  if ("not" in condition) {
    const held = holds(condition.not, ground);
    return held === null ? null : !held;
  }
  const { field, value, values } = condition.equals ?? condition.one_of;
  const answer = ground.answers[field] ?? null;
  if (answer === null) return null;
  if (condition.equals) return answer === value;
  const listed = values.fact ? factOn(ground.data, values.fact, ground.today) : values;
  return listed === null ? null : listed.includes(answer);
}

function groundOf(data, answers, today) {
  const { field, name, groups } = data.area;
  const area = Object.keys(groups).find((group) => groups[group].includes(answers[field])) ?? null;
  return { data, today, answers: { ...answers, [name]: area } };
}

function levelOf(data, answers, today) {
  const { support_type, choice } = data.estimate;
  const levels = data.levels[answers[support_type]] ?? [];
  return levels.find((level) => (factOn(data, level.standards, today) ?? []).includes(answers[choice])) ?? null;
}

/** Rate in percent and ceiling in đồng, or null where nobody has read one of them. */
function figuresOf(data, level, today) {
  const [rate, ceiling] = level ? [factOn(data, level.rate, today), factOn(data, level.ceiling, today)] : [null, null];
  return rate === null || ceiling === null ? null : { rate, ceiling };
}

const needed = (field, ground) => field.required || ("when" in field && holds(field.when, ground) === true);

function asked(data, field, answers, today) {
  if (field.id === data.estimate.cost) return figuresOf(data, levelOf(data, answers, today), today) !== null;
  return needed(field, groundOf(data, answers, today));
}

function relevant(data, answers, today) {
  const kept = {};
  for (const field of data.fields) {
    const answer = answers[field.id] ?? "";
    if (answer !== "" && asked(data, field, kept, today)) kept[field.id] = answer;
  }
  return kept;
}

export function estimate(data, answers, today) {
  const figures = figuresOf(data, levelOf(data, answers, today), today);
  const cost = answers[data.estimate.cost] ?? null;
  if (!figures) return { case: "unknown", amount: null };
  if (cost === null) return { case: "no_cost", amount: null };
  const share = Math.floor((cost * figures.rate) / 100);
  const amount = Math.min(share, figures.ceiling);
  return { case: share <= figures.ceiling ? "within" : "above", amount, share, cost, ...figures };
}

/** The outcome as the server's: ids of findings and steps, the verdict, the amount in đồng. */
export function judge(data, given, today) {
  const answers = relevant(data, given, today);
  const ground = groundOf(data, answers, today);
  const held = data.findings.filter((finding) => holds(finding.when, ground) === true);
  const gives = (kind) => held.filter((finding) => finding.gives === kind).map((finding) => finding.id);
  const missing = data.fields.filter((field) => needed(field, ground) && !(field.id in answers)).map((field) => field.id);
  const none = { missing: [], findings: [], steps: [], level: null, case: null, amount: null };
  if (gives("no").length) return { ...none, verdict: "no", findings: gives("no") };
  if (missing.length) return { ...none, missing, verdict: null };
  const verdict = gives("ask").length ? "ask" : "yes";
  const steps = data.steps.filter((step) => verdict === "yes" && holds(step.when, ground) === true);
  const found = estimate(data, answers, today);
  return {
    missing: [],
    verdict,
    findings: gives(verdict === "yes" ? "fits" : "ask"),
    steps: steps.map((step) => step.id),
    level: levelOf(data, answers, today)?.id ?? null,
    case: found.case,
    amount: found.amount,
  };
}

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");
const money = (number) => `${grouped(number)}\u00a0đồng`;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export function estimateWords(data, answers, today) {
  const found = estimate(data, relevant(data, answers, today), today);
  const values = { percent: `${found.rate}%` };
  for (const name of ["cost", "share", "ceiling", "amount"]) values[name] = money(found[name] ?? 0);
  return filled(data.estimate.texts[found.case], values);
}

const BLANKS = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;

/** Whole đồng as typed, or the code of the message that says what is wrong. The server reads alike. */
export function readMoney(typed, most) {
  const bare = typed.replace(BLANKS, "").trim().replace(/\s*(?:đồng|vnđ|vnd|đ)\.?$/i, "").replace(/\s+/g, " ");
  if (!/^-?\d{1,3}(?:[.,\s]\d{3})+$|^-?\d+$/.test(bare)) return { code: "money_unreadable" };
  const amount = Number(bare.replace(/[.,\s]/g, ""));
  if (amount <= 0) return { code: "money_not_positive", amount };
  return amount > most ? { code: "money_too_large", amount } : { amount };
}

// From here on: the page.

const hereToday = () => new Date(Date.now() + 7 * 3600 * 1000).toISOString().slice(0, 10);

function start(form, result, data) {
  const boxes = Object.fromEntries(data.fields.map((field) => [field.id, document.getElementById(`field-${field.id}`)]));

  const note = form.querySelector("[data-note]");

  function typed() {
    const entered = new FormData(form);
    return Object.fromEntries(data.fields.map((field) => [field.id, String(entered.get(field.id) ?? "").trim()]));
  }

  /** Answers as the judge wants them; a cost that cannot be read stays out and is said to be wrong. */
  function read() {
    const answers = {};
    const faults = [];
    for (const [name, text] of Object.entries(typed())) {
      const field = data.fields.find((one) => one.id === name);
      if (text === "") continue;
      if (name !== data.estimate.cost) answers[name] = text;
      else {
        const found = readMoney(text, field.max);
        const values = { label: field.label, value: found.code === "money_not_positive" ? money(found.amount) : text, max: money(field.max) };
        if (found.code) faults.push({ field, message: filled(data.messages[found.code], values) });
        else answers[name] = found.amount;
      }
    }
    return { answers, faults };
  }

  function showQuestions() {
    const kept = relevant(data, read().answers, hereToday());
    for (const field of data.fields) boxes[field.id].hidden = !asked(data, field, kept, hereToday());
  }

  function showFaults(faults) {
    for (const old of form.querySelectorAll(".hotro-error")) old.remove();
    for (const field of data.fields) boxes[field.id].classList.remove("hotro-field--invalid");
    for (const { field, message } of faults) {
      const said = document.createElement("p");
      said.className = "hotro-error";
      said.setAttribute("role", "alert");
      said.textContent = message;
      (boxes[field.id].querySelector("fieldset") ?? boxes[field.id]).prepend(said);
      boxes[field.id].classList.add("hotro-field--invalid");
    }
    if (faults.length) document.getElementById(faults[0].field.target)?.focus();
  }

  function prefill(answers) {
    const query = new URLSearchParams();
    for (const field of data.fields) {
      const answer = answers[field.id] ?? "";
      if (answer === "" || field.unfilled.includes(answer)) continue;
      for (const name of field.fills) query.append(name, answer);
    }
    return query;
  }

  function answersWords() {
    const lines = data.fields.map((field) => {
      const control = boxes[field.id].querySelector("select, input[type=text], input:checked");
      if (boxes[field.id].hidden || !control || control.value === "") return "";
      const words = control.tagName === "SELECT" ? control.selectedOptions[0].text : control.type === "radio" ? control.parentElement.textContent.trim() : control.value;
      return `${field.label} ${words}`;
    });
    return data.notes.question + lines.filter(Boolean).join("\n");
  }

  function keysOf(outcome, answers) {
    const keys = new Set([`verdict:${outcome.verdict}`, "estimate:any"]);
    for (const id of outcome.findings) keys.add(`finding:${id}`);
    for (const id of outcome.steps) keys.add(`step:${id}`);
    if (outcome.verdict !== "no") keys.add(`type:${answers[data.estimate.support_type]}`);
    if (outcome.level) keys.add(`level:${outcome.level}`);
    const fits = data.fields.every((field) => !field.needed || !field.unfilled.includes(answers[field.id]));
    if (outcome.verdict === "ask") keys.add(fits ? "register:open" : "register:closed");
    return keys;
  }

  const outreach = new URLSearchParams(location.search).get("kenh") ?? "";
  const counted = new Set();

  /** The agency learns how often each verdict was reached, for which support; nothing else leaves the page. */
  function count({ verdict }, answers) {
    const told = String(new URLSearchParams({ ket_qua: verdict, noi_dung: answers[data.estimate.support_type] ?? "", kenh: outreach }));
    if (!counted.has(told)) navigator.sendBeacon?.("/kiem-tra-dieu-kien/ket-qua", new URLSearchParams(told));
    counted.add(told);
  }

  function showResult(outcome, answers) {
    count(outcome, answers);
    const keys = keysOf(outcome, answers);
    for (const piece of result.querySelectorAll("[data-piece]")) piece.hidden = !piece.dataset.piece.split(" ").some((key) => keys.has(key));
    for (const line of result.querySelectorAll("[data-estimate]")) line.textContent = estimateWords(data, answers, hereToday());
    const query = prefill(answers);
    for (const link of result.querySelectorAll("[data-step]")) {
      const { form: named } = data.steps.find((step) => step.id === link.dataset.step);
      link.href = `/nop/${named === "dossier" ? data.dossiers[answers[data.estimate.support_type]] : named}?${query}`;
    }
    for (const link of result.querySelectorAll("[data-register]")) link.href = `/nop/${data.register}?${query}`;
    for (const link of result.querySelectorAll("[data-ask]")) {
      const told = new URLSearchParams({ description: answersWords() });
      link.href = link.dataset.ask === "answers" ? `${data.feedback}&${told}` : data.feedback;
    }
    result.hidden = false;
  }

  /** Judge what is entered. `told` says what is missing; without it an incomplete form just shows no result. */
  function answer(told) {
    const { answers, faults } = read();
    const kept = relevant(data, answers, hereToday());
    const outcome = judge(data, answers, hereToday());
    const missing = outcome.missing.map((id) => data.fields.find((field) => field.id === id));
    const every = outcome.verdict === "no" ? [] : [...missing.map((field) => ({ field, message: field.empty })), ...faults.filter(({ field }) => !boxes[field.id].hidden)];
    showFaults(told ? every : []);
    const shown = !result.hidden;
    result.hidden = true;
    note.textContent = every.length && shown && !told ? data.notes.incomplete : "";
    if (every.length) return null;
    showResult(outcome, kept);
    return kept;
  }

  function fill(query) {
    for (const field of data.fields) {
      const value = query.get(field.id) ?? "";
      for (const control of boxes[field.id].querySelectorAll("select, input")) {
        if (control.type === "radio") control.checked = control.value === value;
        else control.value = value;
      }
    }
    showQuestions();
  }

  const addressOf = (kept) => `?${new URLSearchParams(kept)}#ket-qua`;
  function showHere() {
    result.focus({ preventScroll: true });
    result.scrollIntoView();
  }

  form.addEventListener("change", () => {
    showQuestions();
    if (result.hidden) return;
    const kept = answer(false);
    history.replaceState(null, "", kept ? addressOf(kept) : location.pathname);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const kept = answer(true);
    if (!kept) return;
    history.pushState(null, "", addressOf(kept));
    showHere();
  });
  window.addEventListener("popstate", () => {
    fill(new URLSearchParams(location.search));
    answer(false);
  });
  form.classList.add("hotro-form--guided");
  for (const table of document.querySelectorAll("[data-closed-by-script]")) table.open = location.hash === "#bang-dieu-kien";
  fill(new URLSearchParams(location.search));
  if (location.search.length > 1) {
    const asked = new URLSearchParams(location.search);
    const lost = data.fields.some((field) => asked.get(field.id) && asked.get(field.id) !== typed()[field.id]);
    if (lost) note.textContent = data.notes.outdated;
    else if (answer(false)) showHere();
  }
}

const source = document.getElementById("du-lieu-dieu-kien");
if (source) start(document.getElementById("hotro-kiem-tra-dieu-kien"), document.getElementById("ket-qua"), JSON.parse(source.textContent));
