// Keeps the list of those who wait up to date, and says when it changed. Without it the page is read anew by hand.
const list = document.querySelector("#waiting");
const status = document.querySelector("#queue-status");
const EVERY = 5000;

const rows = () => list.querySelectorAll("tbody tr").length;

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/desk/queue", { headers: { Accept: "text/html", "X-Background": "1" } });
    if (answer.redirected) throw new Error("You were signed out. Please sign in again.");
    if (!answer.ok) throw new Error("The list cannot be read just now.");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#waiting").innerHTML;
    if (fresh !== list.innerHTML) {
      const focused = document.activeElement?.closest("#waiting") ? document.activeElement.getAttribute("href") : null;
      list.innerHTML = fresh;
      if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"], a[href="${focused}"]`)?.focus();
      status.textContent = rows() === 1 ? "The list changed: 1 person waits." : `The list changed: ${rows()} people wait.`;
    } else if (status.dataset.wrong) status.textContent = "";
    delete status.dataset.wrong;
  } catch (error) {
    status.dataset.wrong = "1";
    status.textContent = error instanceof TypeError ? "No connection. The list is shown as it was." : error.message;
  }
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
