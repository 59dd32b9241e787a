/* Loaded before everything else: fetches styles and outlines early, says so when a part fails. */
(function () {
  "use strict";
  var WAIT_MS = 12000;
  var own = new URL(document.currentScript.src);
  var base = own.href.replace(/[^/]*$/, "");

  function wanted(name) { return (own.searchParams.get(name) || "").split(",").filter(Boolean); }

  window.coverageFail = function (what) {
    if (document.getElementById("map-failed")) return;
    var note = document.createElement("p");
    note.id = "map-failed";
    note.setAttribute("role", "alert");
    note.style.cssText = "font:16px sans-serif;padding:1rem;background:#fff3cd;color:#332701;margin:0";
    note.textContent = what + " The table below the map holds the same rows. " +
      "Reload the page; if that does not help, the server's administrator runs `make setup`.";
    document.body.insertBefore(note, document.body.firstChild);
    if (window.Streamlit) window.Streamlit.setFrameHeight(160);
  };

  window.addEventListener("error", function (event) {
    if (event.target && event.target.tagName === "SCRIPT") {
      window.coverageFail("The map library could not be loaded.");
    }
  }, true);
  window.setTimeout(function () {
    if (!window.coveragePainted) window.coverageFail("The map did not start.");
  }, WAIT_MS);

  /* The component loads scripts one after the other: what comes later is fetched already now. */
  wanted("scripts").forEach(function (name) {
    var link = document.createElement("link");
    link.rel = "preload";
    link.as = "script";
    link.href = base + name;
    document.head.appendChild(link);
  });

  function fetched(name, read) {
    return fetch(base + name).then(function (answer) {
      if (!answer.ok) throw new Error(name + ": " + answer.status);
      return answer[read]();
    });
  }

  /*
   * Styles first: a name measured before its style is there lands in the wrong place. Fetched, not
   * linked: a link's load event was seen to stay away in one of ten visits.
   */
  window.coverageStyles = Promise.all(wanted("styles").map(function (name) {
    return fetched(name, "text").catch(function () { return ""; });
  })).then(function (texts) {
    texts.forEach(function (text) {  /* in their order: the later one overrules */
      var style = document.createElement("style");
      style.textContent = text;
      document.head.appendChild(style);
    });
  });

  /* For layers that only some maps show. */
  window.coverageFetch = function (name) { return fetched(name, "json"); };

  /* By role: "county" of "county-<hash>.json". */
  window.coverageFetches = {};
  wanted("layers").forEach(function (name) {
    var role = name.replace(/-[^-]*$/, "");
    window.coverageFetches[role] = fetched(name, "json");
    window.coverageFetches[role].catch(function () {
      window.coverageFail("The outlines of the map could not be loaded.");
    });
  });
})();
