// Sends texts without reloading the page and shows new ones as they come. Without it the form and a link do the same.
const form = document.querySelector("#say");
const text = document.querySelector("#text");
const photo = document.querySelector("#photo");
const messages = document.querySelector("#messages");
const status = document.querySelector("#status");
const shown = new Map([...messages.children].map((line) => [line.dataset.sid, line]));

function made({ sid, who, body }) {
  const line = document.createElement("li");
  line.className = who === "You" ? "resident" : "city";
  line.dataset.sid = sid;
  line.dir = "auto";
  const name = document.createElement("span");
  name.className = "who";
  name.textContent = who;
  const words = document.createElement("p");
  words.textContent = body;
  const meta = document.createElement("span");
  meta.className = "meta";
  line.append(name, words, meta);
  messages.append(line);
  return line;
}

async function look() {
  const answer = await fetch("/demo-sms/texts");
  if (!answer.ok) throw new Error("no answer");
  const before = shown.size;
  for (const each of await answer.json()) {
    const line = shown.get(each.sid) ?? made(each);
    shown.set(each.sid, line);
    const meta = line.querySelector(".meta");
    if (meta.textContent !== each.meta) meta.textContent = each.meta;
  }
  if (shown.size > before) messages.scrollTop = messages.scrollHeight;
}

async function keepLooking() {
  try {
    if (!document.hidden) await look();
    if (status.dataset.lost) status.textContent = status.dataset.lost = "";
  } catch {
    status.textContent = status.dataset.lost = "The server does not answer. Looking again…";
  }
  setTimeout(keepLooking, 700);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value.trim() && !photo.files.length) {
    status.textContent = "Write something, or add a photo, and send it.";
    return;
  }
  const sent = new FormData(form);
  if (!photo.files.length) sent.delete("photo");
  text.value = "";
  photo.value = "";
  status.textContent = "";
  text.focus();
  const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
  if (!answer?.ok) {
    text.value = sent.get("body");
    status.textContent = "The text was not sent. Press Send to try again.";
  }
  await look().catch(() => {});
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

messages.scrollTop = messages.scrollHeight;
keepLooking();
