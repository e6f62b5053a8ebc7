// Sends messages without reloading the page. Without it the forms do the same work.
const form = document.querySelector("#say");
const text = document.querySelector("#text");
const messages = document.querySelector("#messages");
const replies = document.querySelector("#replies");
const status = document.querySelector("#status");
let conversation = form.dataset.conversation;
let unsent = null;

form.noValidate = true;

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? "Something went wrong. Please try again.");
  return { answer, finished: response.status === 200 };
}

async function open() {
  if (conversation) return;
  const { answer } = await post("/api/conversations", { channel: "web", language: form.elements.language.value });
  conversation = answer.conversation_id;
}

function show(who, words, language) {
  const line = document.createElement("li");
  line.className = who === "You" ? "resident" : "city";
  line.dir = "auto";
  if (language) line.lang = language;
  const name = document.createElement("span");
  name.className = "who";
  name.textContent = who;
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  line.append(name, paragraph);
  messages.append(line);
  return line;
}

function waiting(is) {
  status.classList.toggle("waiting", is);
  messages.setAttribute("aria-busy", String(is));
}

function showSources(line, citations) {
  const list = document.createElement("ul");
  list.className = "sources";
  for (const { title, url, as_of } of citations) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.rel = "noopener noreferrer";
    link.textContent = title;
    item.append(link, `, as of ${as_of}`);
    list.append(item);
  }
  line.append(list);
}

function showTurn(turn) {
  let line = null;
  for (const reply of turn.replies) line = show("311", reply.text, reply.language);
  if (line && turn.citations.length) showSources(line, turn.citations);
  if (turn.handed_off && !turn.replies.length) status.textContent = "A person is looking after this conversation.";
  replies.replaceChildren(
    ...turn.quick_replies.map(({ label, send }) => {
      const button = document.createElement("button");
      button.textContent = label;
      button.addEventListener("click", () => say(send, label));
      return button;
    }),
  );
  (line ?? form).scrollIntoView({ block: "nearest" });
}

async function say(words, shown = words) {
  const message = unsent?.words === words ? unsent : { words, id: newId() };
  if (!unsent) show("You", shown).scrollIntoView({ block: "nearest" });
  unsent = message;
  status.textContent = "Reading and looking things up…";
  waiting(true);
  replies.replaceChildren();
  text.focus();
  try {
    await open();
    const { answer, finished } = await post(`/api/conversations/${conversation}/messages`, { text: words, message_id: message.id });
    unsent = null;
    status.textContent = finished ? "" : "This takes a little longer. The answer will appear here.";
    waiting(!finished);
    if (finished) showTurn(answer);
    else follow(answer.turn_id);
  } catch (error) {
    waiting(false);
    status.textContent = `${error.message} Your message is kept; press Send to try again.`;
    text.value = words;
  }
}

// Events begin with what was said before; only the turn that was promised is news here.
function follow(promised) {
  const source = new EventSource(`/api/conversations/${conversation}/events`);
  source.addEventListener("turn", (event) => {
    const turn = JSON.parse(event.data);
    if (turn.turn_id !== promised) return;
    source.close();
    waiting(false);
    status.textContent = "";
    showTurn(turn);
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) {
    status.textContent = "There is nothing to send yet. Please write a few words first.";
    text.focus();
    return;
  }
  text.value = "";
  say(words);
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.querySelector("#lang").addEventListener("change", (event) => event.target.form.submit());
