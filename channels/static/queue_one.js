// Tells that this page is open, who else has it open, and that something new was said. Without it the page is read anew.
const here = document.querySelector("#here");
const news = document.querySelector("#news");
const EVERY = 10_000;

async function look() {
  const answer = await fetch(`${location.pathname}/here`, { headers: { "X-Background": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const { others, newest } = await answer.json();
  const told = others.length ? `${others.join(" and ")} ${others.length > 1 ? "are" : "is"} looking at this too.` : "";
  if (here.textContent !== told) here.textContent = told;
  if (newest <= Number(here.dataset.newest) || news.hasChildNodes()) return;
  const again = document.createElement("a");
  again.href = `${location.pathname}#newest`;
  again.textContent = "show it";
  again.addEventListener("click", (event) => { event.preventDefault(); location.hash = "newest"; location.reload(); });
  news.append("Something new was said: ", again, ".");
}

setInterval(() => { if (!document.hidden) look(); }, EVERY);
