/* Comfort only: every page works without it.  Written for old browsers; no inline script or style is needed. */
(function () {
  "use strict";

  function each(selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  }

  var waiting = false;

  /* While a part of the page waits for something, ask again; one question at a time. */
  function poll() {
    if (waiting || !document.querySelector("[data-poll]")) { return; }
    waiting = true;
    window.setTimeout(function () { refresh(function () { waiting = false; poll(); }); }, 1500);
  }

  /* Whether this element was made ready before. */
  function once(element) {
    var before = element.getAttribute("data-ready");
    element.setAttribute("data-ready", "1");
    return before;
  }

  /* Reload the part of the page marked data-live, in place. */
  function refresh(done) {
    var asked = new XMLHttpRequest();
    asked.open("GET", window.location.href);
    asked.onload = function () {
      var fresh = new DOMParser().parseFromString(asked.responseText, "text/html");
      each("[data-live]", function (old) {
        var now = fresh.getElementById(old.id);
        if (now) { old.parentNode.replaceChild(document.importNode(now, true), old); }
      });
      ready(document);
      if (done) { done(); } else { poll(); }
    };
    asked.send();
  }

  /* One file after the other, each with its own bar and answer. */
  function upload(form, files) {
    var list = form.querySelector(".uploads") || form.parentNode.querySelector(".uploads");
    var waiting = Array.prototype.slice.call(files), failed = 0;

    function line(name) {
      var item = document.createElement("li"), title = document.createElement("strong"),
        words = document.createElement("span"), bar = document.createElement("progress");
      title.textContent = name;
      words.textContent = "　正在上传…";
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", "上传进度：" + name);
      item.appendChild(title); item.appendChild(words); item.appendChild(bar);
      list.insertBefore(item, list.firstChild);
      return { item: item, words: words, bar: bar };
    }

    function next() {
      var file = waiting.shift(), body, sent, shown;
      if (!file) { refresh(); return; }
      shown = line(file.name);
      body = new FormData();
      body.append("csrf_token", form.querySelector("[name=csrf_token]").value);
      body.append("files", file, file.name);
      sent = new XMLHttpRequest();
      sent.open("POST", form.action);
      sent.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      sent.upload.onprogress = function (step) {
        if (step.lengthComputable) { shown.bar.value = 100 * step.loaded / step.total; }
        if (step.loaded === step.total) { shown.words.textContent = "　已送达，正在检查…"; }
      };
      sent.onload = function () {
        var answer = null;
        try { answer = JSON.parse(sent.responseText); } catch (ignored) { answer = null; }
        finish(shown, sent.status, answer);
        next();
      };
      sent.onerror = function () {
        finish(shown, 0, { sentence: "没有送达，可能是网络断了。请再传一次；同一个文件传两次不会重复。" });
        next();
      };
      sent.send(body);
    }

    function finish(shown, status, answer) {
      if (shown.bar.parentNode) { shown.bar.parentNode.removeChild(shown.bar); }
      var files = answer && answer.files;
      if (status === 200 && files) {
        shown.words.textContent = "　" + files.map(function (one) { return one.sentence; }).join("　");
        shown.item.className = files.some(function (one) { return one.tone === "bad"; }) ? "bad"
          : files.some(function (one) { return one.tone === "care"; }) ? "care" : "ok";
        files.forEach(function (one) {
          if (one.address) {
            var link = document.createElement("a");
            link.href = one.address;
            link.textContent = "　查看";
            link.setAttribute("aria-label", "查看：" + one.label);
            shown.item.appendChild(link);
          }
        });
      } else {
        failed += 1;
        shown.item.className = "bad";
        shown.words.textContent = "　" + (answer && answer.sentence ? answer.sentence : "没有收下，请重试。");
      }
    }
    next();
  }

  function ready(root) {
    each("[data-drop]", function (form) {
      if (once(form)) { return; }
      var box = form.querySelector(".drop"), input = form.querySelector("input[type=file]");
      each("button", function (button) { button.hidden = true; }, box);
      each("label", function (label) { label.hidden = false; }, box);
      input.classList.add("visually-hidden-own");
      input.addEventListener("change", function () {
        if (input.files.length) { upload(form, input.files); input.value = ""; }
      });
      ["dragover", "dragenter"].forEach(function (kind) {
        box.addEventListener(kind, function (event) { event.preventDefault(); box.classList.add("over"); });
      });
      ["dragleave", "drop"].forEach(function (kind) {
        box.addEventListener(kind, function (event) { event.preventDefault(); box.classList.remove("over"); });
      });
      box.addEventListener("drop", function (event) {
        if (event.dataTransfer.files.length) { upload(form, event.dataTransfer.files); }
      });
    }, root);
    each("[data-auto]", function (field) {
      if (once(field)) { return; }
      field.addEventListener("change", function () { field.form.submit(); });
    }, root);
    each("[data-print]", function (button) {
      if (once(button)) { return; }
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    }, root);
    each("[data-copy]", function (button) {
      if (once(button)) { return; }
      button.hidden = false;
      button.addEventListener("click", function () {
        var text = document.getElementById(button.getAttribute("data-copy"));
        text.select();
        document.execCommand("copy");
        button.textContent = "已复制";
      });
    }, root);
    each("[data-all]", function (box) {
      if (once(box)) { return; }
      box.hidden = false;
      box.addEventListener("change", function () {
        each(box.getAttribute("data-all"), function (one) { one.checked = box.checked; });
      });
    }, root);
  }

  document.addEventListener("submit", function (event) {
    var words = (event.submitter && event.submitter.getAttribute("data-confirm")) || event.target.getAttribute("data-confirm");
    if (words && !window.confirm(words)) { event.preventDefault(); }
  });
  window.addEventListener("dragover", function (event) { event.preventDefault(); });
  window.addEventListener("drop", function (event) { event.preventDefault(); });
  ready(document);
  poll();
}());
