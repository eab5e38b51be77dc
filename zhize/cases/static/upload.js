/* A form with files says how far it has come: the page it leads to is the form's own answer, shown when it is there.
   Without this script the form is sent as any other. */
"use strict";
(function () {
  function bar(form) {
    var shown = document.createElement("progress");
    shown.max = 1;
    shown.value = 0;
    shown.className = "upload-progress";
    shown.setAttribute("aria-label", form.dataset.upload || "…");
    form.append(shown);
    return shown;
  }

  function again(script) {
    var copy = document.createElement("script");
    copy.src = script.src;
    script.replaceWith(copy);
  }

  function send(form, submitter) {
    var request = new XMLHttpRequest(), shown = bar(form);
    request.open("POST", form.action || location.href);
    request.responseType = "document";
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) shown.value = event.loaded / event.total;
      else shown.removeAttribute("value");
    });
    request.addEventListener("load", function () {
      var page = request.response;
      if (!page || !page.body) { shown.remove(); form.submit(); return; }
      history.replaceState(null, "", request.responseURL || location.href);
      document.title = page.title;
      document.body.replaceWith(document.adoptNode(page.body));
      window.scrollTo(0, 0);
      if (window.htmx) window.htmx.process(document.body);
      if (document.querySelector("[data-map]")) again(document.querySelector("script[src*='map.']"));
      var wrong = document.querySelector(".error-summary, [role=alert]");
      (wrong || document.querySelector("h1") || document.body).focus?.();
    });
    request.addEventListener("error", function () { shown.remove(); form.submit(); });
    if (submitter) submitter.disabled = true;
    request.send(new FormData(form));
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-upload]");
    if (!form) return;
    var picked = form.querySelector("input[type=file]");
    if (!picked || !picked.files.length) return;
    event.preventDefault();
    send(form, event.submitter);
  });
})();
