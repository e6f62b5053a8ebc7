// Updates the draft while the call-taker types, and files it by keys. Without it the forms do the same work.
const call = document.querySelector("#call-form");
const text = document.querySelector("#text");
const draft = document.querySelector("#draft");
const status = document.querySelector("#status");
const WAIT = 250;
let mine = new Map();
let service = "";
let began = 0;
let latest = 0;
let timer = 0;
let busy = false;

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Form-Token": call.elements.form_token.value, "X-Fragment": "1" } });
  const html = await answer.text();
  if (answer.status === 401) {
    document.dispatchEvent(new Event("signed-out"));
    throw new Error("Not sent: you are signed out.");
  }
  if (answer.headers.get("content-type")?.startsWith("application/json")) throw new Error(JSON.parse(html).error.message);
  return { html, ok: answer.ok };
}

const inputs = () => draft.querySelectorAll("#file-form [name]:not([type=hidden])");

function remember(input) {
  const key = input.type === "checkbox" || input.type === "radio" ? `${input.name}=${input.value}` : input.name;
  mine.set(key, input.type === "checkbox" || input.type === "radio" ? input.checked : input.value);
}

function put(html) {
  const focused = document.activeElement?.closest("#draft") ? document.activeElement.id : "";
  draft.innerHTML = html;
  for (const input of inputs()) {
    const many = input.type === "checkbox" || input.type === "radio";
    const key = many ? `${input.name}=${input.value}` : input.name;
    if (mine.has(key) && many) input.checked = mine.get(key);
    else if (mine.has(key)) input.value = mine.get(key);
  }
  reasons();
  if (focused) document.getElementById(focused)?.focus();
}

function reasons() {
  for (const input of draft.querySelectorAll("[data-original]")) {
    const reason = input.closest("[data-field]").querySelector(".reason");
    if (reason) reason.hidden = input.value === input.dataset.original;
  }
}

async function update() {
  const number = (latest += 1);
  const body = new URLSearchParams(new FormData(call));
  if (service) body.set("service", service);
  try {
    const { html } = await post("/desk/draft", body);
    if (number !== latest || busy) return;
    put(html);
    status.textContent = draft.querySelector("#file-form")?.dataset.told ?? "";
  } catch (error) {
    status.textContent = error.message;
  }
}

const later = () => { clearTimeout(timer); timer = setTimeout(update, WAIT); };

function choose(code) {
  service = code;
  mine.delete("service");
  update();
}

async function file() {
  const form = draft.querySelector("#file-form");
  if (!form || !draft.querySelector("#file") || busy) return;
  busy = true;
  clearTimeout(timer);
  form.elements.seconds.value = ((performance.now() - began) / 1000).toFixed(1);
  try {
    const { html, ok } = await post("/desk/file", new URLSearchParams(new FormData(form)));
    if (!ok) { draft.querySelector("#refused")?.remove(); form.insertAdjacentHTML("beforebegin", html); return; }
    draft.innerHTML = html;
    status.textContent = draft.querySelector("strong").textContent;
    count(draft.querySelector("#undo"), Number(draft.querySelector("#filed").dataset.seconds));
  } catch (error) {
    status.textContent = error.message;
  } finally {
    busy = false;
  }
}

function count(button, seconds) {
  button.focus();
  const tick = setInterval(() => {
    seconds -= 1;
    button.textContent = `Undo (for ${seconds} seconds)`;
    if (seconds > 0 && button.isConnected) return;
    clearInterval(tick);
    button.disabled = true;
  }, 1000);
}

async function undo() {
  const form = draft.querySelector("#undo-form");
  if (!form || draft.querySelector("#undo").disabled) return;
  try {
    const { html } = await post("/desk/undo", new URLSearchParams(new FormData(form)));
    draft.innerHTML = html;
    status.textContent = draft.textContent.trim();
    text.focus();
  } catch (error) {
    status.textContent = error.message;
  }
}

function next() {
  const open = [...inputs()].filter((each) => each.offsetParent && (each.dataset.sure === "a guess" || ("needed" in each.dataset && !each.value) || (each.name === "location" && !each.value)));
  const place = open.indexOf(document.activeElement);
  (open[place + 1] ?? open[0] ?? draft.querySelector("#file"))?.focus();
}

const keys = {
  KeyA: () => draft.querySelector("#file")?.focus(),
  KeyN: next,
  KeyZ: undo,
  KeyT: () => text.focus(),
  KeyK: () => { const list = document.querySelector("#shortcuts"); list.open = !list.open; list.querySelector("summary").focus(); },
};
for (const place of [1, 2, 3]) keys[`Digit${place}`] = () => draft.querySelector(`[data-alternative="${place}"]`)?.click();

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); file(); return; }
  const act = event.altKey && !event.ctrlKey && !event.metaKey ? keys[event.code] : null;
  if (act) { event.preventDefault(); act(); }
});
document.addEventListener("signed-in", () => { if (text.value.trim()) update(); });
text.addEventListener("input", () => { began ||= performance.now(); later(); });
call.addEventListener("submit", (event) => { event.preventDefault(); began ||= performance.now(); update(); });
draft.addEventListener("submit", (event) => { event.preventDefault(); if (event.target.id === "undo-form") undo(); else file(); });
draft.addEventListener("change", (event) => {
  if (event.target.id === "service") { choose(event.target.value); return; }
  if (event.target.name) remember(event.target);
  reasons();
});
draft.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.service) choose(button.dataset.service);
  if (button?.dataset.copy) {
    await navigator.clipboard?.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    status.textContent = "Copied.";
  }
});

function light(event) {
  const on = event.type === "focusin" || event.type === "mouseover";
  const from = event.target.closest("[data-supports], [data-field]");
  if (!from) return;
  const name = from.dataset.supports ?? from.dataset.field;
  const other = from.dataset.supports ? `[data-field="${CSS.escape(name)}"]` : `[data-supports="${CSS.escape(name)}"]`;
  for (const each of draft.querySelectorAll(other)) each.classList.toggle("lit", on);
}
for (const kind of ["focusin", "focusout", "mouseover", "mouseout"]) draft.addEventListener(kind, light);
