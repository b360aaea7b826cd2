// Makes the static pages nicer; every page reads, posts and prints without it. Asks nothing of any other server.
(function () {
  "use strict";

  // Names the theme leaves out or leaves in English.
  for (const [selector, name] of [[".md-search[role=dialog]", "Tìm kiếm"], ["nav.md-tabs", "Các phần của trang"]])
    document.querySelector(selector)?.setAttribute("aria-label", name);

  // What has to be mended is read first, by eye and by screen reader.
  document.querySelector(".hotro-summary")?.focus({ preventScroll: true });

  // “Sửa trang này” leads here with the name of the page's file.
  const edited = new URLSearchParams(location.search).get("tep");
  for (const line of edited ? document.querySelectorAll("[data-edited-file]") : []) {
    const file = document.createElement("code");
    file.textContent = `docs/${edited.replace(/^\//, "").slice(0, 100)}`;
    line.append(" ", file);
    line.hidden = false;
  }

  // Which channel led here goes on with the reader in addresses and forms; nothing of it is kept.
  const channel = new URLSearchParams(location.search).get("kenh") ?? "";
  if (/^[a-z0-9-]{1,40}$/.test(channel)) {
    for (const link of document.querySelectorAll("a[href]")) {
      const target = new URL(link.href, location.href);
      const page = target.origin === location.origin && !/^\/(can-bo|k|assets|tuyen-truyen)(\/|$)|\.\w+$/.test(target.pathname);
      if (!page || (target.hash && target.pathname === location.pathname)) continue;
      target.searchParams.set("kenh", channel);
      link.href = target.href;
    }
    for (const form of document.querySelectorAll("form[action^='/nop/']")) {
      if (form.elements._outreach) continue;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "_outreach";
      field.value = channel;
      form.append(field);
    }
  }

  // Ticks are kept on this device alone, by page and box. A browser that forbids storage just forgets them.
  const boxes = [...document.querySelectorAll(".task-list-control input[type=checkbox]")];
  for (const box of boxes.filter((one) => one.id)) {
    const key = `hotro:${location.pathname}#${box.id}`;
    try {
      box.checked = localStorage.getItem(key) === "1";
    } catch {}
    box.addEventListener("change", () => {
      try {
        if (box.checked) localStorage.setItem(key, "1");
        else localStorage.removeItem(key);
      } catch {}
    });
  }

  // A printed list says of which version it was; a reader who comes back by its QR code learns when it has changed.
  const printed = new URLSearchParams(location.search).get("ban");
  const current = document.querySelector(".task-list[data-version]");
  if (printed && current && printed !== current.dataset.version) {
    const note = document.createElement("p");
    note.className = "hotro-notice";
    note.setAttribute("role", "status");
    note.textContent = `Bản in ghi phiên bản ${printed.slice(0, 16)}; danh mục hiện nay là phiên bản ${current.dataset.version}. Đối chiếu lại từng mục.`;
    current.before(note);
  }

  // A page with a list to tick off offers to print it. Buttons of other pages ask for the same with data-print.
  const list = boxes.at(-1)?.closest("ul, ol");
  if (list) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "md-button";
    button.textContent = "In danh sách này";
    button.dataset.print = "";
    const row = document.createElement("p");
    row.className = "hotro-actions";
    row.append(button);
    list.after(row);
  }
  // What is folded away is printed all the same.
  window.addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll(".md-content details")) folded.open = true;
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // On a phone a table of three columns or more turns into cards; each cell then needs the name of its column.
  for (const table of document.querySelectorAll(".md-content table:not([class])")) {
    const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    if (names.length < 3) continue;
    table.dataset.hotroCards = "";
    for (const row of table.tBodies[0].rows)
      [...row.cells].forEach((cell, column) => (cell.dataset.label = names[column]));
  }

  // A table wider than the screen scrolls by itself: let the keyboard reach it.
  window.addEventListener("load", () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) {
      if (box.scrollWidth <= box.clientWidth) continue;
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Bảng, cuộn ngang để xem hết");
    }
  });
})();
