/* Asks before a step that cannot be undone: <button data-staff-confirm="…">. Without script the step is taken at once. */
document.addEventListener("click", function (event) {
  var button = event.target.closest("[data-staff-confirm]");
  if (button && !window.confirm(button.getAttribute("data-staff-confirm"))) event.preventDefault();
});
