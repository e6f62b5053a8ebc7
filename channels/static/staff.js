// Warns before a session ends, and takes it up again after a sign-in in another tab, so that nothing typed is lost.
const notice = document.querySelector("#session");
const [words, stay, link] = notice.children;
const WARN_MS = 5 * 60_000;
const LOOK_MS = 15_000;
let ends = Infinity;
let over = false;

function show(sentence, { may }) {
  if (words.textContent !== sentence) words.textContent = sentence;
  stay.hidden = may !== "stay";
  link.hidden = may !== "sign in";
  notice.hidden = !sentence;
}

function signedOut() {
  over = true;
  show("You are signed out. What you typed is still here: sign in in another tab, come back, and go on.", { may: "sign in" });
}

function lasts({ unused, whole }) {
  const seconds = Math.min(unused, whole);
  ends = Date.now() + seconds * 1000;
  if (seconds * 1000 > WARN_MS) { show("", {}); return; }
  const minutes = Math.max(1, Math.round(seconds / 60));
  const time = `${minutes} minute${minutes > 1 ? "s" : ""}`;
  if (whole <= unused) show(`You are signed out in ${time}, as everybody is after twelve hours. Please finish what you are at.`, {});
  else show(`You are signed out in ${time} unless you go on.`, { may: "stay" });
}

async function ask({ used }) {
  const answer = await fetch("/api/session", { headers: used ? {} : { "X-Background": "1" } }).catch(() => null);
  if (answer?.status === 401) signedOut();
  if (!answer?.ok) return;
  const told = await answer.json();
  if (told.login !== notice.dataset.login) {
    show("Somebody else is signed in now. Please load the page again.", {});
    return;
  }
  for (const input of document.querySelectorAll("input[name=form_token]")) input.value = told.form_token;
  lasts(told);
  if (over) document.dispatchEvent(new Event("signed-in"));
  over = false;
}

const look = () => { if (!over && Date.now() > ends - WARN_MS) ask({ used: false }); };

stay.addEventListener("click", () => ask({ used: true }));
addEventListener("focus", () => ask({ used: false }));
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask({ used: false }); });
document.addEventListener("signed-out", signedOut);
document.addEventListener("submit", (event) => { if (over) event.preventDefault(); }, true);
setInterval(look, LOOK_MS);
ask({ used: false });
