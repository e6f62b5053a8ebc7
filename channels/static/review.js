// Saves answers as they are given, and lets a reviewer work by keyboard. Without it the plain form does the same.
const form = document.getElementById("labels");
document.documentElement.classList.add("with-script");

const comment = (field) => field.querySelector(".comment");
const chosen = (field) => field.querySelector("input[type=radio]:checked");

function show(field) {
  const wrong = chosen(field)?.value === "not_ok";
  comment(field).toggleAttribute("data-hidden", !wrong);
  return wrong;
}

async function save(field) {
  const status = document.getElementById("saved");
  const radio = chosen(field);
  const words = comment(field).querySelector("input");
  if (!radio) return;
  if (radio.value === "not_ok" && !words.value.trim()) {
    status.textContent = "Please say in a few words what is wrong; then it is saved.";
    return;
  }
  const body = new FormData();
  body.set("item", form.elements.namedItem("item").value);
  body.set(radio.name, radio.value);
  body.set(words.name, words.value);
  status.textContent = "Saving…";
  try {
    const answer = await fetch("/review/labels", {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch", "X-Form-Token": form.elements.namedItem("form_token").value },
    });
    status.textContent = answer.ok ? "Saved." : ((await answer.json()).error?.message ?? "It could not be saved. Please try again.");
  } catch {
    status.textContent = "The connection was lost; what you chose is still on the page. Choose it again to save it.";
  }
}

if (form) {
  const turns = [...form.querySelectorAll(".turn")];
  let at = 0;
  const go = (next) => {
    at = Math.max(0, Math.min(turns.length - 1, next));
    turns[at]?.scrollIntoView({ block: "start" });
    turns[at]?.querySelector("input")?.focus({ preventScroll: true });
  };
  form.addEventListener("focusin", (event) => {
    const turn = turns.indexOf(event.target.closest(".turn"));
    if (turn >= 0) at = turn;
  });
  form.addEventListener("change", (event) => {
    const field = event.target.closest("fieldset");
    if (!field) return;
    if (show(field) && event.target.type === "radio") comment(field).querySelector("input").focus();
    save(field);
  });
  const fine = document.getElementById("all-fine");
  fine.hidden = false;
  fine.addEventListener("click", async () => {
    for (const field of form.querySelectorAll("fieldset")) {
      if (chosen(field)) continue;
      field.querySelector("input[value=ok]").checked = true;
      await save(field);
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, input:not([type=radio])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(at + 1);
    else if (key === "k") go(at - 1);
    else if (key === "n") document.querySelector("a[rel=next]")?.click();
    else if (key === "b") document.querySelector("a[rel=prev]")?.click();
    else if (key === "f") fine.click();
    else {
      const field = turns[at]?.querySelector(`fieldset[data-key="${CSS.escape(key)}"]`);
      if (!field) return;
      event.preventDefault();
      field.querySelector(`input[value=${event.shiftKey ? "not_ok" : "ok"}]`).click();
    }
  });
}
