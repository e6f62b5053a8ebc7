// Sends without reloading the page, and shows what is new as it comes. The server draws every line; without this
// module the same forms do the same work.
const $ = (id) => document.getElementById(id);
const [form, text, photo, messages, status, now] = ["say", "text", "photo", "messages", "status", "now"].map($);
const told = form.dataset;
const home = form.elements.home.value;
const KEPT = "beacon-unsent";
const KEEP_MS = 24 * 3600_000;
const WARN_MS = 15 * 60_000;
const LARGEST = 10 * 1024 * 1024;
const photos = new Map();
let unsent = kept();
let busy = false;
let seen = 0;
let source = null;
let warning = 0;

form.noValidate = true;
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const plain = (line) => `${line.classList.contains("resident")} ${line.textContent.replace(/\s+/g, " ").trim()}`;

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(unsent));
  } catch { /* a browser that keeps nothing sends from memory */ }
}

function tell(words, { waiting = false } = {}) {
  status.classList.toggle("waiting", waiting);
  if (status.textContent !== words) status.textContent = words;
}

function showUnsent() {
  for (const each of unsent) {
    const line = document.createElement("li");
    line.className = "resident unsent";
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = told.you;
    const words = document.createElement("p");
    words.dir = "auto";
    words.textContent = each.shown || told.photo;
    line.append(who, words);
    messages.append(line);
  }
}

// Takes over what a page from the server holds: lines that stand already stay, so that nothing is read out twice.
function apply(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const drawn = fresh.getElementById("messages");
  if (!drawn) return false;
  const lines = [...drawn.children];
  lines.forEach((line, place) => {
    const old = messages.children[place];
    if (!old) messages.append(line);
    else if (plain(old) === plain(line)) old.classList.remove("unsent");
    else old.replaceWith(line);
  });
  while (messages.children.length > lines.length) messages.lastElementChild.remove();
  const lost = now.contains(document.activeElement);
  const typed = document.activeElement?.id === "where" ? document.activeElement.value : null;
  if (plain(now) !== plain(fresh.getElementById("now")) || typed === null) now.replaceChildren(...fresh.getElementById("now").childNodes);
  if (lost && !now.contains(document.activeElement)) text.focus();
  const next = fresh.getElementById("say");
  const another = told.conversation && next.dataset.conversation && told.conversation !== next.dataset.conversation;
  told.last = next.dataset.last;
  told.conversation = next.dataset.conversation;
  tell(another ? told.ended : fresh.getElementById("status").textContent);
  warnLater();
  listen();
  now.scrollIntoView({ block: "nearest" });
  messages.lastElementChild.scrollIntoView({ block: "nearest" });
  return true;
}

async function refresh() {
  const answer = await fetch(home, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || busy) return;
  apply(await answer.text());
  showUnsent();
}

// XMLHttpRequest, because fetch does not tell how far an upload is.
function post(item) {
  const body = new FormData();
  const sent = { text: item.text, message_id: item.id, turn: item.turn ?? "", language: form.elements.language.value, home };
  for (const [name, value] of Object.entries(sent)) body.append(name, value);
  if (photos.has(item.id)) body.append("photo", photos.get(item.id));
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const bar = $("progress");
    request.open("POST", photos.has(item.id) ? "/say/media" : "/say");
    request.timeout = 60_000;
    request.upload.onprogress = (event) => {
      bar.hidden = !photos.has(item.id) || event.loaded === event.total;
      bar.value = event.total ? event.loaded / event.total : 0;
    };
    request.onloadend = () => {
      bar.hidden = true;
      resolve(request);
    };
    request.send(body);
  });
}

const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    addEventListener("online", resolve, { once: true });
  });

async function flush() {
  if (busy) return;
  busy = true;
  for (let wait = 500; unsent.length; ) {
    const item = unsent[0];
    tell(wait > 500 ? told.lost : told.working, { waiting: true });
    const answer = await post(item);
    const drawn = answer.responseText?.includes('id="messages"');
    if (!drawn && (answer.status === 0 || answer.status > 500)) {
      tell(told.lost, { waiting: true });
      wait = Math.min(wait * 2, 8_000);
      await pause(wait);
      continue;
    }
    wait = 500;
    unsent.shift();
    keep();
    photos.delete(item.id);
    if (answer.status >= 400) refused(item, answer, drawn);
    else apply(answer.responseText);
    showUnsent();
  }
  busy = false;
  if (seen > Number(told.last)) refresh();
}

function refused(item, answer, drawn) {
  if (drawn) apply(answer.responseText);
  else tell(answer.status === 413 ? told.tooLarge : told.failed);
  document.querySelectorAll(".unsent").forEach((line) => line.remove());
  if (!text.value) text.value = item.text;
}

function say(words, { shown = words, id = newId(), turn = "", file = null } = {}) {
  if (unsent.some((each) => each.id === id)) return;
  if (file) photos.set(id, file);
  document.querySelectorAll(".unsent").forEach((line) => line.remove());
  unsent.push({ id, text: words, turn, shown });
  keep();
  showUnsent();
  messages.lastElementChild.scrollIntoView({ block: "nearest" });
  text.focus();
  flush();
}

function listen() {
  if (source || document.hidden || !told.conversation) return;
  source = new EventSource(`/events?after=${told.last}`);
  source.addEventListener("news", (event) => {
    seen = Math.max(seen, Number(event.lastEventId));
    if (!busy && seen > Number(told.last)) refresh();
  });
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(listen, 3_000);
  });
}

function warnLater() {
  clearTimeout(warning);
  $("expires").hidden = true;
  if (told.conversation) warning = setTimeout(() => ($("expires").hidden = false), KEEP_MS - WARN_MS);
}

function showPhoto() {
  const [file] = photo.files;
  const preview = $("preview");
  preview.hidden = !file;
  preview.replaceChildren();
  if (!file) return;
  if (file.size > LARGEST) {
    photo.value = "";
    preview.hidden = true;
    tell(told.tooLarge);
    return;
  }
  const image = new Image(48, 48);
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = told.remove;
  remove.addEventListener("click", () => {
    photo.value = "";
    showPhoto();
    photo.focus();
  });
  preview.append(image, remove);
}

async function writeNear({ coords }) {
  const place = `lat=${coords.latitude.toFixed(4)}&long=${coords.longitude.toFixed(4)}`;
  const answer = await fetch(`/near?${place}`).catch(() => null);
  const words = answer?.ok ? (await answer.json()).words : null;
  tell(words ? told.nearCheck : told.nearNone);
  if (words) text.value = text.value.trim() ? `${text.value.trim()} ${words}` : words;
  text.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  const [file] = photo.files;
  if (!words && !file) {
    tell(told.empty);
    text.focus();
    return;
  }
  text.value = photo.value = "";
  showPhoto();
  say(words, { file });
});

addEventListener("submit", (event) => {
  const sent = event.target;
  if (!now.contains(sent) && sent.id !== "person") return;
  event.preventDefault();
  const { message_id, turn } = sent.elements;
  const words = event.submitter?.name === "text" ? event.submitter.value : sent.elements.text.value;
  const shown = event.submitter?.name === "text" ? event.submitter.textContent : words;
  say(words, { shown, id: turn ? message_id.value : newId(), turn: turn?.value });
});

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    source?.close();
    source = null;
  } else {
    refresh();
    listen();
  }
});

if (navigator.geolocation && isSecureContext) {
  $("near").hidden = false;
  $("near").addEventListener("click", () => {
    tell(told.nearWait, { waiting: true });
    navigator.geolocation.getCurrentPosition(writeNear, () => tell(told.nearNone), { timeout: 10_000, maximumAge: 60_000 });
  });
}
photo.addEventListener("change", showPhoto);
$("keep").addEventListener("click", refresh);
$("lang").addEventListener("change", (event) => event.target.form.submit());
showUnsent();
flush();
listen();
warnLater();
