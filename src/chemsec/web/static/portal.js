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

  // Words that the portal hasn't confirmed yet wait in the browser, under the account that wrote them. Practices
  // are unclassified; nothing else is kept here. Whoever comes next at this browser finds nothing: see below.
  const KEPT = "words:";
  const store = (() => { try { return window.localStorage; } catch { return null; } })();  // it may be forbidden
  const forget = (isOurs) => Object.keys(store || {}).filter((key) => key.startsWith(KEPT) && !isOurs(key)).forEach((key) => store.removeItem(key));
  const writing = document.querySelector("form[data-keep]");
  const account = document.querySelector("[data-person]")?.dataset.person || "";
  forget((key) => account && key.startsWith(`${KEPT}${account}:`));
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-sign-out]")) forget(() => false); });
  if (writing && store) {
    const key = `${KEPT}${writing.dataset.account}:${writing.dataset.keep}`;
    const said = document.getElementById("saved");
    const aside = ["csrfmiddlewaretoken", "revision", "page"];
    const words = () => JSON.stringify([...new FormData(writing)]
      .filter(([name]) => !aside.includes(name))
      .map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]));
    const shown = words();
    let sent = "";
    const tell = (text) => {
      const note = document.createElement("span");
      note.className = "unsaved";
      note.textContent = text;
      said.replaceChildren(note);
    };
    const kept = store.getItem(key);
    if (kept === shown) store.removeItem(key);
    else if (kept) document.getElementById("unsaved").hidden = false;
    const put = (name, values) => writing.querySelectorAll(`[name="${name}"]`).forEach((field) => {
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    });
    document.getElementById("unsaved").addEventListener("click", (event) => {
      if (event.target.matches("[data-restore]")) {
        const by = Map.groupBy(JSON.parse(kept), ([name]) => name);
        const names = new Set([...writing.elements].map((field) => field.name).filter(Boolean));
        names.forEach((name) => { if (!aside.includes(name)) put(name, (by.get(name) || []).map(([, value]) => value)); });
        writing.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (event.target.matches("[data-discard]")) store.removeItem(key);
      else return;
      document.getElementById("unsaved").hidden = true;
    });
    const keep = () => store.setItem(key, words());
    writing.addEventListener("input", keep);
    writing.addEventListener("change", keep);
    writing.addEventListener("htmx:beforeRequest", () => { sent = words(); });
    writing.addEventListener("htmx:afterRequest", (event) => {
      const isSaved = event.detail.successful && event.detail.xhr.responseText.includes("data-saved");
      if (isSaved && words() === sent) store.removeItem(key);
    });
    writing.addEventListener("htmx:sendError", () => tell(writing.dataset.away));
    writing.addEventListener("htmx:responseError", (event) => {
      tell(event.detail.xhr.status < 500 ? writing.dataset.out : writing.dataset.away);
    });
  }

  // A comment begins with the words that were selected.
  document.addEventListener("toggle", (event) => {
    const line = event.target.matches?.("details.say[open]") && event.target.querySelector("[name='line']");
    const chosen = String(getSelection()).trim();
    if (line && !line.value && chosen && event.target.closest("dd")?.contains(getSelection().anchorNode)) line.value = chosen;
  }, true);

  document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
  start(document);
  fold(document);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
})();
