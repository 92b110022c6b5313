/* Comfort only: every page works without it.  Written for old browsers; no inline script or style is needed. */
(function () {
  "use strict";

  function each(selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  }

  /* Whether this element was made ready before. */
  function once(element) {
    var before = element.getAttribute("data-ready");
    element.setAttribute("data-ready", "1");
    return before;
  }

  /* A sentence for screen readers; what is seen changes by itself. */
  function say(words) {
    var place = document.getElementById("announce");
    if (place && words) { place.textContent = words; }
  }

  /* ---- the parts of a page that change while a check or a job runs ---- */

  var waiting = false;

  /* While a part of the page waits for something, ask again; one question at a time. */
  function poll() {
    if (waiting || !document.querySelector("[data-poll]")) { return; }
    waiting = true;
    window.setTimeout(function () { refresh(function (came) { waiting = false; if (came) { poll(); } }); }, 1500);
  }

  /* Somebody is writing in it: it is left alone. */
  function written(part) {
    var found = part.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    each("input, textarea", function (field) {
      if (field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue) { found = true; }
    }, part);
    return found;
  }

  function replaced(old, now) {
    var open = [];
    each("details[open]", function (one) { if (one.id) { open.push(one.id); } }, old);
    now = document.importNode(now, true);
    old.parentNode.replaceChild(now, old);
    open.forEach(function (id) { document.getElementById(id).setAttribute("open", ""); });
    if (now.getAttribute("data-say") !== old.getAttribute("data-say")) { say(now.getAttribute("data-say")); }
  }

  /* Reload the parts of the page marked data-live, in place. */
  function refresh(done) {
    var asked = new XMLHttpRequest();
    asked.open("GET", window.location.pathname + window.location.search);
    asked.onload = function () {
      if (asked.status === 200) {
        var fresh = new DOMParser().parseFromString(asked.responseText, "text/html");
        each("[data-live]", function (old) {
          var now = fresh.getElementById(old.id);
          if (now && !written(old)) { replaced(old, now); }
        });
        ready(document);
      }
      if (done) { done(asked.status === 200); } else { poll(); }
    };
    asked.onerror = function () { if (done) { done(true); } };
    asked.send();
  }

  /* ---- uploads: one file after the other, each with its own bar and answer ---- */

  var queue = [], sending = false, sent = { all: 0, done: 0, bad: 0 };

  function element(name, words, parent) {
    var made = document.createElement(name);
    made.textContent = words || "";
    if (parent) { parent.appendChild(made); }
    return made;
  }

  function upload(form, files) {
    var box = document.getElementById("uploading");
    box.hidden = false;
    Array.prototype.forEach.call(files, function (file) {
      var item = element("li"), list = box.querySelector(".uploads");
      element("strong", file.name, item);
      list.appendChild(item);
      queue.push({ file: file, form: form, item: item, words: element("span", "　等待上传", item) });
      sent.all += 1;
    });
    tell();
    if (!sending) { next(); }
  }

  function tell() {
    var left = sent.all - sent.done, words;
    if (left) {
      words = "正在上传并检查：" + sent.done + " / " + sent.all + " 个文件，请不要关闭本页。";
    } else {
      words = sent.all + " 个文件都传完了" + (sent.bad ? "，其中 " + sent.bad + " 个没有收下或有错误，见下面标红的。" : "，都已收下。");
      say(words);
    }
    document.getElementById("uploading-sum").textContent = words;
  }

  function next() {
    var one = queue.shift(), body, asked, bar, limit;
    sending = Boolean(one);
    if (!one) { refresh(); return; }
    limit = Number(one.form.getAttribute("data-limit"));
    if (limit && one.file.size > limit) {
      answered(one, 413, { sentence: "文件太大：一次最多 " + Math.floor(limit / 1048576) + " MB。请分几次上传，或压缩图片后再传。" });
      return;
    }
    one.words.textContent = "　正在上传…";
    bar = element("progress", "", one.item);
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", "上传进度：" + one.file.name);
    body = new FormData();
    body.append("csrf_token", one.form.querySelector("[name=csrf_token]").value);
    body.append("files", one.file, one.file.name);
    asked = new XMLHttpRequest();
    asked.open("POST", one.form.action);
    asked.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    asked.upload.onprogress = function (step) {
      if (step.lengthComputable) { bar.value = 100 * step.loaded / step.total; }
      if (step.loaded === step.total) { one.words.textContent = "　已送达，正在检查…"; }
    };
    asked.onload = function () {
      var answer = null;
      try { answer = JSON.parse(asked.responseText); } catch (ignored) { answer = null; }
      answered(one, asked.status, answer);
    };
    asked.onerror = function () {
      answered(one, 0, { sentence: "没有送达，可能是网络断了。请再传一次；同一个文件传两次不会重复。" });
    };
    asked.send(body);
  }

  function answered(one, status, answer) {
    var files = status === 200 && answer && answer.files, place = one.item;
    each("progress", function (bar) { place.removeChild(bar); }, place);
    one.words.textContent = "";
    if (files) {
      place.className = worst(files);
      if (files.length > 1) { place = element("ul", "", one.item); one.words.textContent = "　内有 " + files.length + " 个文件"; }
      files.forEach(function (each) { outcome(each, files.length > 1 ? element("li", each.name, place) : place); });
      if (!files.length) { one.words.textContent = "　里面没有可收的文件。"; }
    } else {
      place.className = "bad";
      one.words.textContent = "　" + (answer && answer.sentence ? answer.sentence : "没有收下，请重试。") + "　";
      if (status === 401) { link(place, window.location.href, "重新登录", ""); }
    }
    sent.done += 1;
    sent.bad += place.className === "bad" || one.item.className === "bad" ? 1 : 0;
    tell();
    next();
  }

  function worst(files) {
    return files.some(function (one) { return one.tone === "bad"; }) ? "bad"
      : files.some(function (one) { return one.tone === "care"; }) ? "care" : "ok";
  }

  function outcome(file, place) {
    var words = element("span", "　" + file.sentence + "　", place);
    if (file.tone === "bad") { words.className = "text-red"; }
    if (file.address) { link(place, file.address, "查看", file.label); }
  }

  function link(place, address, words, label) {
    var made = element("a", words, place);
    made.href = address;
    if (label) { made.setAttribute("aria-label", words + "：" + label); }
  }

  /* The files of what was dropped, folders opened up where the browser can. */
  function dropped(transfer, give) {
    var items = transfer.items, entries = [], found = [], open = 0;
    if (!items || !items.length || !items[0].webkitGetAsEntry) { give(transfer.files); return; }
    Array.prototype.forEach.call(items, function (item) {
      var entry = item.kind === "file" && item.webkitGetAsEntry();
      if (entry) { entries.push(entry); }
    });
    function closed() { open -= 1; if (!open) { give(found); } }
    function walk(entry) {
      open += 1;
      if (entry.isFile) { entry.file(function (file) { found.push(file); closed(); }, closed); return; }
      var reader = entry.createReader();
      (function more() {
        reader.readEntries(function (some) {
          if (!some.length) { closed(); return; }
          some.forEach(walk);
          more();
        }, closed);
      }());
    }
    entries.forEach(walk);
    if (!entries.length) { give(transfer.files); }
  }

  /* ---- one element at a time ---- */

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
        say("已复制");
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

  /* ---- the page as a whole ---- */

  document.addEventListener("submit", function (event) {
    var words = (event.submitter && event.submitter.getAttribute("data-confirm")) || event.target.getAttribute("data-confirm");
    if (words && !window.confirm(words)) { event.preventDefault(); return; }
    if (event.target.getAttribute("data-sent")) { event.preventDefault(); return; }
    if (event.target.method === "post") {
      event.target.setAttribute("data-sent", "1");      /* a second click sends nothing twice; downloads may come again */
      window.setTimeout(function () { event.target.removeAttribute("data-sent"); }, 3000);
    }
  });
  /* Files may be dropped anywhere on the page. */
  function over(on) {
    return function (event) {
      var box = document.querySelector("[data-drop] .drop");
      event.preventDefault();
      if (box) { box.classList[on ? "add" : "remove"]("over"); }
    };
  }
  window.addEventListener("dragover", over(true));
  window.addEventListener("dragleave", over(false));
  window.addEventListener("drop", function (event) {
    var form = document.querySelector("[data-drop]");
    over(false)(event);
    if (form && event.dataTransfer) {
      dropped(event.dataTransfer, function (files) { if (files.length) { upload(form, files); } });
    }
  });
  /* A long form filled in and not sent: another button or link of the page would lose it. */
  function changed(one) {
    if (one.tagName !== "SELECT") { return one.type !== "hidden" && one.value !== one.defaultValue; }
    return [].some.call(one.options, function (option, n) {
      return option.selected && !option.defaultSelected && (n > 0 || one.querySelector("option[selected]"));
    });
  }
  function unsent() {
    return [].some.call(document.querySelectorAll("form[data-guard]:not([data-sent])"), function (form) {
      return [].some.call(form.querySelectorAll("input, select, textarea"), changed);
    });
  }
  window.addEventListener("beforeunload", function (event) {
    if (sending || unsent()) { event.preventDefault(); event.returnValue = ""; }
  });
  window.addEventListener("pageshow", function () { each("[data-sent]", function (form) { form.removeAttribute("data-sent"); }); });
  ready(document);
  poll();
}());
