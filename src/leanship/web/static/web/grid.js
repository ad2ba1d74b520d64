// A sheet of inputs, <table data-grid>: arrows and Enter move, a paste from a spreadsheet fills a block,
// changed cells are marked, and Ctrl+Z takes a paste back.
(() => {
  "use strict";

  const pastes = new WeakMap(); // table → list of pastes, each a list of [input, value before]

  const cellOf = (input) => input.closest("td");
  const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]);

  function inputAt(table, row, column) {
    const line = rowsOf(table)[row];
    return line ? [...line.cells].map((cell) => cell.querySelector("input:not([type=hidden])"))[column] : null;
  }

  function placeOf(input) {
    const cell = cellOf(input);
    const table = cell.closest("table");
    return { table, row: rowsOf(table).indexOf(cell.parentElement), column: cell.cellIndex };
  }

  function mark(input) {
    cellOf(input).classList.toggle("changed", input.value !== input.defaultValue);
  }

  function put(input, value) {
    input.value = value;
    mark(input);
  }

  function move(input, down, right) {
    const { table, row, column } = placeOf(input);
    const next = inputAt(table, row + down, column + right);
    if (!next) return false;
    next.focus();
    next.select();
    return true;
  }

  function blockOf(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map((line) => line.split("\t").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
  }

  function tell(table, text) {
    const status = document.querySelector(`[data-grid-status="${table.id}"]`);
    if (status) status.textContent = text;
  }

  const inGrid = (target) => target.matches?.("table[data-grid] td input");

  document.addEventListener("input", (event) => {
    if (inGrid(event.target)) mark(event.target);
  });

  document.addEventListener("change", (event) => {
    if (inGrid(event.target)) mark(event.target);
  });

  document.addEventListener("focusin", (event) => {
    if (inGrid(event.target)) event.target.select();
  });

  document.addEventListener("paste", (event) => {
    const input = event.target;
    if (!inGrid(input)) return;
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trimEnd())) return; // one value: the field takes it by itself
    event.preventDefault();
    const { table, row, column } = placeOf(input);
    const done = [];
    let beyond = 0;
    blockOf(text).forEach((cells, i) =>
      cells.forEach((value, j) => {
        const target = inputAt(table, row + i, column + j);
        if (!target || target.readOnly || target.disabled) {
          if (value) beyond += 1;
          return;
        }
        done.push([target, target.value]);
        put(target, value);
      }),
    );
    pastes.set(table, [...(pastes.get(table) || []), done]);
    // the draft keeper listens for input
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const words = [table.dataset.pasted.replace("{n}", done.length)];
    if (beyond) words.push(table.dataset.beyond.replace("{n}", beyond));
    tell(table, words.join(" "));
  });

  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!inGrid(input) || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
      const table = input.closest("table");
      const last = (pastes.get(table) || []).pop();
      if (!last) return; // nothing was pasted: the field's own undo
      event.preventDefault();
      last.forEach(([target, value]) => put(target, value));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      tell(table, table.dataset.undone || "");
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const atStart = whole || input.selectionEnd === 0;
    const atEnd = whole || input.selectionStart === input.value.length;
    let moved = false;
    if (event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey)) moved = move(input, 1, 0);
    else if (event.key === "ArrowUp" || event.key === "Enter") moved = move(input, -1, 0);
    else if (event.key === "ArrowLeft" && atStart && !event.shiftKey) moved = move(input, 0, -1);
    else if (event.key === "ArrowRight" && atEnd && !event.shiftKey) moved = move(input, 0, 1);
    // Enter in a cell never sends the sheet; Ctrl+Enter does
    if (moved || event.key === "Enter") event.preventDefault();
  });
})();
