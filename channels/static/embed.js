// A city's own site adds the assistant with one line: <script src="https://…/static/embed.js" async></script>
(() => {
  const source = new URL("/embed", document.currentScript.src);
  const label = document.currentScript.dataset.label || "Ask 311";
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  frame.title = label;
  frame.allow = "geolocation; camera";
  frame.hidden = true;
  frame.id = "beacon-311";
  Object.assign(frame.style, {
    position: "fixed", insetInlineEnd: "1rem", bottom: "4.5rem", width: "min(26rem, calc(100vw - 2rem))",
    height: "min(40rem, calc(100vh - 6rem))", border: "1px solid #6b7885", borderRadius: ".5rem", zIndex: 9999,
  });
  Object.assign(button.style, {
    position: "fixed", insetInlineEnd: "1rem", bottom: "1rem", minHeight: "3rem", padding: "0 1.25rem", zIndex: 9999,
    font: "600 1rem sans-serif", background: "#091f2f", color: "#fff", border: "2px solid #fff", borderRadius: "1.5rem",
  });
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", frame.id);
  button.addEventListener("click", () => {
    if (!frame.src) frame.src = source;
    frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
    if (!frame.hidden) frame.focus();
  });
  document.body.append(button, frame);
})();
