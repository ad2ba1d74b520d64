// A form that says data-draft="name" survives a closed tab: what is typed is kept in this browser until it is saved.
// Passwords, files and hidden fields are never kept; signing out forgets all drafts of the reader.
(() => {
  "use strict";

  const prefix = () => `leanship.draft.${document.body.dataset.reader || ""}.`;
  const keyOf = (form) => prefix() + form.dataset.draft;
  const SENT = "leanship.sent";

  // A browser may refuse storage altogether; then there are simply no drafts.
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };

  function fields(form) {
    return [...form.elements].filter(
      (field) => field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type),
    );
  }

  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

  function current(form) {
    return fields(form).map((field) => [field.name, isChoice(field) ? field.checked : field.value]);
  }

  function keep(form) {
    attempt(() => localStorage.setItem(keyOf(form), JSON.stringify(current(form))));
  }

  function forget(form) {
    attempt(() => localStorage.removeItem(keyOf(form)));
  }

  function restore(form) {
    if (form.querySelector("[aria-invalid=true], .form-errors")) return; // the server sent back what was typed
    const kept = attempt(() => JSON.parse(localStorage.getItem(keyOf(form))));
    const all = fields(form);
    // after an upgrade the form may have other fields; values would land in the wrong ones
    if (!Array.isArray(kept) || kept.length !== all.length) return;
    if (kept.some(([name], i) => name !== all[i].name)) return;
    if (JSON.stringify(kept) === JSON.stringify(current(form))) return;
    const before = current(form);
    const put = (values) =>
      values.forEach(([, value], i) => {
        if (isChoice(all[i])) all[i].checked = value;
        else all[i].value = value;
        all[i].dispatchEvent(new Event("change", { bubbles: true }));
      });
    put(kept);
    const note = document.createElement("p");
    note.className = "draft";
    note.append(`${form.dataset.draftRestored || "Your draft is back."} `);
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "link";
    discard.textContent = form.dataset.draftDiscard || "Discard it";
    discard.addEventListener("click", () => {
      put(before);
      forget(form);
      note.remove();
    });
    note.append(discard);
    form.prepend(note);
  }

  function start(root) {
    root.querySelectorAll("form[data-draft]").forEach(restore);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && "draft" in form.dataset) keep(form);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ("forgetDrafts" in form.dataset) {
      attempt(() =>
        Object.keys(localStorage)
          .filter((key) => key.startsWith(prefix()))
          .forEach((key) => localStorage.removeItem(key)),
      );
    } else if ("draft" in form.dataset) {
      keep(form);
      attempt(() => sessionStorage.setItem(SENT, keyOf(form)));
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches("form[data-draft]") && event.detail.xhr.status < 400) forget(form);
  });

  document.addEventListener("DOMContentLoaded", () => {
    // Only a page that reports success clears the draft: after an error page it is still there.
    const sent = attempt(() => sessionStorage.getItem(SENT));
    if (sent && document.querySelector(".toast.success")) attempt(() => localStorage.removeItem(sent));
    attempt(() => sessionStorage.removeItem(SENT));
    start(document);
  });
  document.addEventListener("htmx:afterSettle", (event) => start(event.detail.target));
})();
