// Runs before the first paint so that a light page never flashes dark, or the other way round.
(function () {
  var root = document.documentElement;
  try {
    var look = JSON.parse(localStorage.getItem('harmonix.look') || '{}');
    root.dataset.theme = look.theme || 'system';
    root.dataset.contrast = look.contrast || 'system';
    if (look.language) root.lang = look.language;
  } catch {
    root.dataset.theme = 'system';
    root.dataset.contrast = 'system';
  }
})();
