/* Improvements only: every page works without this file. No page needs it to be read, filled in or sent. */
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  function focusOn(root) {
    const problem = root.querySelector(".error-summary[data-focus]");
    if (problem) problem.focus();
    return Boolean(problem);
  }

  /* characters left, said quietly after a pause */
  function counters(root) {
    all("[data-counter]", root).forEach((said) => {
      const input = document.getElementById(said.dataset.counter);
      if (!input || said.dataset.ready) return;
      said.dataset.ready = "1";
      const most = Number(said.dataset.max);
      let pause;
      const show = () => {
        const left = most - Array.from(input.value).length;
        said.textContent = (left < 0 ? said.dataset.over : said.dataset.left).replace("%s", Math.abs(left));
        said.classList.toggle("counter-over", left < 0);
      };
      show();
      input.addEventListener("input", () => {
        clearTimeout(pause);
        pause = setTimeout(show, 300);
      });
    });
  }

  /* a picture chosen or taken is shown before it is sent; a file may be dropped */
  function uploads(root) {
    all(".upload", root).forEach((box) => {
      const input = box.querySelector("input[type=file]");
      const preview = box.querySelector(".upload-preview");
      if (!input || box.dataset.ready) return;
      box.dataset.ready = "1";
      input.addEventListener("change", () => {
        const file = input.files[0];
        if (!preview) return;
        if (preview.src) URL.revokeObjectURL(preview.src);
        preview.hidden = !(file && file.type.startsWith("image/"));
        if (preview.hidden) preview.removeAttribute("src");
        else preview.src = URL.createObjectURL(file);
      });
      ["dragover", "dragleave", "drop"].forEach((kind) =>
        box.addEventListener(kind, () => box.classList.toggle("upload-over", kind === "dragover"))
      );
    });
  }

  /* a form sent twice by a double click would be sent once */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  /* the keyboard map: data-key="a" on a link, button or field; data-key-row on table rows for J and K; ? shows all */
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

  function walk(step) {
    const rows = all("[data-key-row]");
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement) || row.classList.contains("selected"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, now < 0 ? 0 : now + step))];
    rows.forEach((row) => row.classList.toggle("selected", row === next));
    const link = next.querySelector("a, button, input");
    if (link) link.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "?") {
      const map = document.querySelector("dialog.keys");
      if (map) map.showModal();
      return;
    }
    if (!document.querySelector("[data-key], [data-key-row]")) return;
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
    const target = all("[data-key]").find((one) => one.dataset.key === key);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input:not([type=checkbox], [type=radio]), select, textarea")) target.focus();
    else target.click();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* after htmx changed #main: the menu, the focus and the new parts follow */
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    ready(part);
    if (part.id !== "main" || focusOn(part)) return;
    const heading = part.querySelector("h1");
    if (heading) {
      heading.tabIndex = -1;
      heading.focus();
    }
    all(".nav a").forEach((link) => {
      if (location.pathname.startsWith(link.pathname)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  });

  function ready(root) {
    counters(root);
    uploads(root);
  }

  ready(document);
  focusOn(document);
})();
