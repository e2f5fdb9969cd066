// What makes pages quicker for those with a script. Everything works without it.
(function () {
  "use strict";

  // My list: one click instead of a page that asks. The cookie is the one that the server reads.
  const MOST = 40;
  const read = () => (document.cookie.match(/(?:^|; )list=([^;]*)/)?.[1] || "").split(".").filter(Boolean);
  const write = (ids) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `list=${ids.slice(0, MOST).join(".")}; path=/; max-age=31536000; samesite=lax${secure}`;
  };
  const show = (link) => {
    const isOn = read().includes(link.dataset.list);
    link.querySelector("[data-say]").textContent = isOn ? link.dataset.on : link.dataset.off;
    link.setAttribute("aria-pressed", String(isOn));
  };
  const start = (root) => root.querySelectorAll("[data-list]").forEach((link) => {
    link.setAttribute("role", "button");
    show(link);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-list]");
    if (!link) return;
    event.preventDefault();
    const ids = read();
    const id = link.dataset.list;
    write(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[data-list]")) {
      event.preventDefault();
      event.target.click();
    }
  });

  // As many boxes as can stand side by side (MAX_COMPARED in compendium/views.py); the others wait until one is taken away.
  const MOST_COMPARED = 4;
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[form='compare']")) return;
    const boxes = [...document.querySelectorAll("[form='compare'][name='id']")];
    const full = boxes.filter((box) => box.checked).length >= MOST_COMPARED;
    boxes.forEach((box) => { box.disabled = full && !box.checked; });
  });

  // Copy what stands in an element.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.querySelector("[data-say]").textContent = button.dataset.done;
  });

  // "/" goes to the question, unless one is writing.
  document.addEventListener("keydown", (event) => {
    const box = document.getElementById("question");
    if (event.key !== "/" || !box || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    box.focus();
  });

  // Enter asks; Shift+Enter begins a line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.id !== "question") return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // On a narrow screen the facets begin closed.
  const fold = (root) => {
    if (matchMedia("(width <= 60rem)").matches) root.querySelectorAll("details.facets").forEach((facets) => { facets.open = false; });
  };

  document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
  start(document);
  fold(document);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
})();
