// Which questions are asked, while one answers. The twin of kernel/expressions.py and kernel/questionnaire.py:
// tests/journeys/test_questionnaires.py holds them together. Without it, the server says so when the form is sent.
(function () {
  "use strict";

  const text = (value) => {
    if (Array.isArray(value)) return value.join(" ");
    return String(value);
  };
  const truth = (value) => (typeof value === "boolean" ? value : typeof value === "number" ? value !== 0 && !Number.isNaN(value) : value.length > 0);
  const NUMBER = /^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/;
  const number = (value) => {
    if (typeof value === "boolean" || typeof value === "number") return Number(value);
    return NUMBER.test(text(value)) ? Number(text(value)) : NaN;
  };
  const words = (value) => text(value).split(/\s+/u).filter(Boolean);
  const compare = (sign, left, right) => {
    const equality = sign === "=" || sign === "!=";
    if (equality && (typeof left === "boolean" || typeof right === "boolean")) return (truth(left) === truth(right)) === (sign === "=");
    if (equality && typeof left !== "number" && typeof right !== "number") return (text(left) === text(right)) === (sign === "=");
    const [one, other] = [number(left), number(right)];
    return { "=": one === other, "!=": one !== other, "<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other }[sign];
  };
  const evaluate = ([operator, ...operands], answers) => {
    if (operator === "answer") return Object.hasOwn(answers, operands[0]) ? answers[operands[0]] : "";
    if (operator === "number" || operator === "text") return operands[0];
    if (operator === "and") return operands.every((one) => truth(evaluate(one, answers)));
    if (operator === "or") return operands.some((one) => truth(evaluate(one, answers)));
    const [left, right] = operands.map((one) => evaluate(one, answers));
    if (operator === "not") return !truth(left);
    if (operator === "selected") return words(left).includes(text(right));
    if (operator === "count-selected") return words(left).length;
    return compare(operator, left, right);
  };
  const holds = (tree, answers) => truth(evaluate(tree, answers));

  const answered = (question) => {
    const found = {};
    question.querySelectorAll("[name]").forEach((field) => {
      if (field.type === "checkbox") {
        found[field.name] ??= [];
        if (field.checked) found[field.name].push(field.value);
      } else if (field.type === "radio") {
        if (field.checked) found[field.name] = field.value;
      } else if (field.value.trim()) found[field.name] = field.value.trim();
    });
    return found;
  };
  const show = (form) => {
    const answers = JSON.parse(form.dataset.before || "{}");  // of sections on other pages
    form.querySelectorAll("section.asks").forEach((section) => {
      const isOpen = !section.dataset.relevant || holds(JSON.parse(section.dataset.relevant), answers);
      let isAsked = false;
      section.querySelectorAll("[data-question]").forEach((question) => {
        const condition = question.dataset.relevant;
        question.hidden = !isOpen || Boolean(condition && !holds(JSON.parse(condition), answers));
        if (question.hidden) return;
        isAsked = true;
        Object.assign(answers, answered(question));
      });
      section.toggleAttribute("data-unasked", !isAsked);
    });
  };
  // Each answer saves itself. Nothing of it is kept in the browser: while the line is broken the page holds on
  // to it, says so (portal.js), and tries again.
  const AGAIN = [2000, 5000, 15000];
  const keepTrying = (form) => {
    let isUnsaved = false;
    let tries = 0;
    let timer;
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => form.dispatchEvent(new Event("again")), AGAIN[Math.min(tries++, AGAIN.length - 1)]);
    };
    form.addEventListener("input", () => {
      isUnsaved = true;
      document.getElementById("saved").textContent = form.dataset.soon;
    });
    form.addEventListener("htmx:beforeRequest", () => { isUnsaved = false; });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful) tries = 0;
      else isUnsaved = true;
    });
    form.addEventListener("htmx:sendError", again);
    form.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status >= 500) again(); });
    window.addEventListener("online", () => { if (isUnsaved) form.dispatchEvent(new Event("again")); });
    form.addEventListener("submit", () => { isUnsaved = false; });
    window.addEventListener("beforeunload", (event) => { if (isUnsaved) event.preventDefault(); });
  };
  window.asking = { holds };
  document.querySelectorAll("form[data-asking]").forEach((form) => {
    form.addEventListener("input", () => show(form));
    show(form);
    if (form.hasAttribute("hx-post")) keepTrying(form);
  });
})();
