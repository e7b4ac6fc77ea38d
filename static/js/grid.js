// In a table marked data-grid, Enter and the arrow keys go up and down a column of fields, as in a spreadsheet.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  const field = event.target;
  if (!step || event.isComposing || !field.matches("[data-grid] input:not([type=checkbox], [type=radio], [list])")) return;
  const cell = field.closest("td, th");
  let row = cell.parentElement;
  while ((row = step > 0 ? row.nextElementSibling : row.previousElementSibling)) {
    const next = row.cells[cell.cellIndex]?.querySelector("input");
    if (!next) continue;
    event.preventDefault();
    next.focus();
    next.select();
    return;
  }
});
