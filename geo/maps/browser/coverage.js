/*
 * Draws the coverage map inside the component's frame. The base map never changes; each filter
 * sends one small state object to `coverage.apply`, which restyles layers that are already there.
 * Text from data only ever reaches the page through textContent.
 */
(function () {
  "use strict";

  var PATTERN_SIZE = 10;
  var LABEL_PADDING = 4;
  var STACKED_PX = 640;  // of the window: so narrow, columns lie one below the other

  /* ---- canvas: fills with a pattern on top, and symbols ---- */

  var patternCache = {};

  function drawPattern(pen, kind, colour, width) {
    var size = PATTERN_SIZE;
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    [-size, 0, size].forEach(function (shift) {
      if (kind === "stripes" || kind === "cross") {
        pen.moveTo(shift, size);
        pen.lineTo(shift + size, 0);
      }
      if (kind === "hatch" || kind === "cross") {
        pen.moveTo(shift, 0);
        pen.lineTo(shift + size, size);
      }
    });
    if (kind === "level") {
      pen.moveTo(0, size / 2);
      pen.lineTo(size, size / 2);
    }
    pen.stroke();
    if (kind === "dots") {
      pen.beginPath();
      pen.arc(size / 2, size / 2, 0.9 + width / 2, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  function pattern(context, kind, colour) {
    var key = kind + colour;
    if (patternCache[key]) return patternCache[key];
    var size = PATTERN_SIZE;
    var tile = document.createElement("canvas");
    tile.width = tile.height = size * 2;
    var pen = tile.getContext("2d");
    pen.scale(2, 2);
    /* A pale casing below the ink keeps a pattern legible on the darkest colour. */
    drawPattern(pen, kind, "rgba(255,255,255,0.75)", 2.6);
    drawPattern(pen, kind, colour, 1.3);
    var made = context.createPattern(tile, "repeat");
    made.setTransform(new DOMMatrix([0.5, 0, 0, 0.5, 0, 0]));
    patternCache[key] = made;
    return made;
  }

  function patchCanvas() {
    var plain = L.Canvas.prototype._fillStroke;
    L.Canvas.include({
      _fillStroke: function (context, layer) {
        var options = layer.options;
        plain.call(this, context, layer);
        if (options.pattern && options.fill) {
          context.globalAlpha = 1;
          context.fillStyle = pattern(context, options.pattern, options.patternColour);
          context.fill("evenodd");
          if (options.stroke && options.weight) {
            context.globalAlpha = options.opacity;
            context.stroke();
          }
        }
      },
    });
  }

  var SHAPES = {
    circle: function (pen, x, y, r) { pen.arc(x, y, r, 0, 2 * Math.PI); },
    square: function (pen, x, y, r) { pen.rect(x - r, y - r, 2 * r, 2 * r); },
    triangle: function (pen, x, y, r) {
      pen.moveTo(x, y - r * 1.25); pen.lineTo(x + r * 1.15, y + r * 0.85);
      pen.lineTo(x - r * 1.15, y + r * 0.85); pen.closePath();
    },
  };

  function symbolClass() {
    return L.CircleMarker.extend({
      _updatePath: function () {
        var renderer = this._renderer, pen = renderer._ctx;
        if (!renderer._drawing || this._empty()) return;
        pen.beginPath();
        SHAPES[this.options.shape](pen, this._point.x, this._point.y, this._radius);
        renderer._fillStroke(pen, this);
      },
    });
  }

  /* Leaflet takes the focus on a click, and a browser then scrolls the page to the whole map. */
  L.Map.Keyboard.include({
    _onMouseDown: function () {
      if (!this._focused) this._map.getContainer().focus({ preventScroll: true });
    },
  });

  /* ---- text ---- */

  function lines(rows) {
    var box = document.createElement("div");
    rows.filter(Boolean).forEach(function (row, position) {
      var line = document.createElement("div");
      line.textContent = row;
      if (position === 0) line.style.fontWeight = "600";
      box.appendChild(line);
    });
    return box;
  }

  function minutesText(minutes, what, kind) {
    var word = view.state.minutes ? view.state.minutes[kind] : "estimated";
    return minutes === null ? null : what + ": about " + minutes + " min (" + word + ")";
  }

  /* ---- the map ---- */

  var view = { layers: {}, state: null, ready: false };

  function labelLayer() {
    var pane = view.map.createPane("names");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    view.map.on("zoomend moveend", drawNames);
  }

  function drawNames() {
    var pane = view.map.getPane("names");
    pane.textContent = "";
    if (!view.state || !view.state.names) return;
    var bounds = view.map.getBounds(), taken = [];
    view.names.forEach(function (name) {
      if (name.level === "municipality" && view.map.getZoom() < name.zoom) return;
      if (name.level === "county" && view.map.getZoom() > 11) return;
      if (!bounds.contains(name.at)) return;
      var label = document.createElement("span");
      label.textContent = name.text;
      label.className = "map-name " + name.level;
      pane.appendChild(label);
      var at = view.map.latLngToLayerPoint(name.at);
      var w = label.offsetWidth, h = label.offsetHeight;
      var box = [at.x - w / 2, at.y - h / 2, at.x + w / 2, at.y + h / 2];
      var free = taken.every(function (other) {
        return box[2] + LABEL_PADDING < other[0] || box[0] - LABEL_PADDING > other[2] ||
          box[3] + LABEL_PADDING < other[1] || box[1] - LABEL_PADDING > other[3];
      });
      if (!free) { pane.removeChild(label); return; }
      taken.push(box);
      L.DomUtil.setPosition(label, L.point(box[0], box[1]));
    });
  }

  function areaText(feature) {
    var state = view.state, own = feature.properties;
    var county = state.counties[own.county || own.id];
    var rows = [own.label];
    var place = view.place[own.id], values = state.areas, words = view.data.words;
    if (place !== undefined) {
      rows.push(own.agency + ": " + words.police[values.police[place]]);
      rows.push(words.gap[values.gap[place]]);
      var minutes = function (kind) { return values[kind] ? values[kind][place] : own[kind]; };
      rows.push(minutesText(minutes("treatment"), "Treatment", "treatment"));
      rows.push(minutesText(minutes("otp"), "OTP (methadone)", "otp"));
    }
    if (county) rows.push(view.countyNames[own.county || own.id] + " County: " + county[1]);
    else rows.push("Outside the chosen counties");
    return lines(rows);
  }

  function siteText(site) {
    return lines([site.name, site.what, site.place, site.when]);
  }

  function hover(layer, content) {
    layer.on("mousemove", function (event) {
      view.tip.setLatLng(event.latlng).setContent(content(event));
      if (!view.map.hasLayer(view.tip)) view.tip.addTo(view.map);
    });
    layer.on("mouseout", function () { view.map.removeLayer(view.tip); });
  }

  function choose(identifier) {
    var data = window.__GLOBAL_DATA__;
    var answer = { last_object_clicked_tooltip: identifier };
    if (data) { data.last_object_clicked_tooltip = identifier; data.previous_data = answer; }
    if (window.Streamlit) window.Streamlit.setComponentValue(answer);
  }

  function chooseFeature(feature) {
    var own = feature.properties;
    if (own.county ? own.id in view.place : view.state.counties[own.id]) choose(own.id);
  }

  function ringHolds(ring, latlng) {
    var inside = false;
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      var a = ring[i], b = ring[j];
      if ((a[1] > latlng.lat) !== (b[1] > latlng.lat) &&
          latlng.lng < (b[0] - a[0]) * (latlng.lat - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
    return inside;
  }

  function holds(feature, latlng) {
    var shape = feature.geometry;
    var parts = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
    return parts.some(function (rings) {
      return rings.filter(function (ring) { return ringHolds(ring, latlng); }).length % 2 === 1;
    });
  }

  /* A symbol hides the area below it: a click on it chooses that area. */
  function chooseAt(latlng) {
    var found = view.data.municipality.features.concat(view.data.county.features)
      .find(function (feature) { return holds(feature, latlng); });
    if (found) chooseFeature(found);
  }

  function areas(data) {
    var layer = L.geoJson(data, { style: { stroke: false, fill: true, fillOpacity: 0 } });
    layer.on("click", function (event) { chooseFeature(event.layer.feature); });
    hover(layer, function (event) { return areaText(event.layer.feature); });
    return layer.addTo(view.map);
  }

  function colours() {
    return view.state.theme === "dark"
      ? { paper: "#0e1117", land: "#2a2f3a", line: "#9aa4b2", thin: "#6b7480", ring: "#ffffff" }
      : { paper: "#e8eef2", land: "#fafafa", line: "#444444", thin: "#8a8a8a", ring: "#000000" };
  }

  function fillOf(style) {
    return { fillColor: style[0] || colours().land, fillOpacity: style[0] ? 0.9 : 0,
      pattern: style[1] || null, patternColour: style[2] || "#333333" };
  }

  function styleCounty(feature) {
    var county = view.state.counties[feature.properties.id];
    if (!county) return { stroke: false, fill: true, fillColor: colours().land, fillOpacity: 0.6, pattern: null };
    var style = Object.assign({ stroke: false, fill: true }, fillOf(view.state.styles[county[0]] || []));
    if (!style.fillOpacity) { style.fillColor = colours().land; style.fillOpacity = 1; }
    return style;
  }

  function styleArea(feature) {
    var place = view.place[feature.properties.id];
    var bare = { stroke: false, fill: true, fillOpacity: 0, pattern: null };
    if (place === undefined) return bare;
    var style = Object.assign(bare, fillOf(view.state.styles[parseInt(view.state.areas.style[place], 36)]));
    if (view.state.lines.municipalities) {
      Object.assign(style, { stroke: true, weight: 0.6, color: colours().thin, opacity: 0.9 });
    }
    return style;
  }

  function styleCountyLine(feature) {
    var chosen = view.state.counties[feature.properties.id];
    return { fill: false, stroke: view.state.lines.counties, color: colours().line,
      weight: chosen ? 1.6 : 0.5, opacity: chosen ? 1 : 0.5 };
  }

  /* Few areas are ringed or chosen: only theirs are drawn, on top, anew each time. */
  function drawRings() {
    view.rings.clearLayers();
    function ring(data, identifiers, style) {
      data.features.forEach(function (feature) {
        if (!identifiers[feature.properties.id]) return;
        L.geoJson(feature, { interactive: false, style: Object.assign({ fill: false, opacity: 1 }, style) })
          .addTo(view.rings);
      });
    }
    var state = view.state, chosen = {};
    chosen[state.chosen] = true;
    ring(view.data.county, state.clusters, { color: colours().ring, weight: 2.6, dashArray: "7 5" });
    ring(view.data.county, state.high, { color: "#c1121f", weight: 4 });
    ring(view.data.municipality, state.high, { color: "#c1121f", weight: 3 });
    ring(view.data.county, chosen, { color: "#00b4d8", weight: 4 });
    ring(view.data.municipality, chosen, { color: "#00b4d8", weight: 4 });
  }

  function symbolScale() {
    var zoom = view.map.getZoom();
    return zoom < 8.5 ? 0.6 : zoom < 10 ? 0.75 : 1;
  }

  function rescaleSites() {
    var scale = symbolScale();
    view.sites.eachLayer(function (marker) { if (marker.fullRadius) marker.setRadius(marker.fullRadius * scale); });
  }

  function drawSites() {
    view.sites.clearLayers();
    var shown = view.state.sites, scale = symbolScale(), open = {};
    shown.walk_in.forEach(function (run) {
      for (var position = run[0]; position <= run[1]; position += 1) open[position] = true;
    });
    view.data.sites.forEach(function (site, position) {
      var kind = site.kind;
      if (kind === "walk_in" ? !open[position] : !shown[kind]) return;
      var look = view.data.words.symbols[site.counted ? kind : "older"];
      var marker = new view.Symbol([site.lat, site.lon], Object.assign({ bubblingMouseEvents: false }, look));
      marker.fullRadius = look.radius;
      marker.setRadius(look.radius * scale);
      hover(marker, function () { return siteText(site); });
      marker.on("click", function (event) {
        view.tip.setLatLng(event.latlng).setContent(siteText(site)).addTo(view.map);
        chooseAt(event.latlng);
      });
      view.sites.addLayer(marker);
    });
  }

  function drawNumbered() {
    (view.state.numbered || []).forEach(function (place) {
      var mark = document.createElement("span");
      mark.textContent = place[2];
      var marker = L.marker([place[0], place[1]], {
        icon: L.divIcon({ className: "map-number", html: mark, iconSize: [26, 26] }), keyboard: false });
      hover(marker, function () { return lines([place[2] + "  " + place[3]]); });
      view.sites.addLayer(marker);
    });
  }

  function drawTiles() {
    if (view.state.tiles && !view.tiles) {
      view.tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {
        maxZoom: 18, attribution: "© OpenStreetMap contributors" }).addTo(view.map);
    } else if (!view.state.tiles && view.tiles) {
      view.map.removeLayer(view.tiles);
      view.tiles = null;
    }
  }

  function fitControl() {
    var control = L.control({ position: "topleft" });
    control.onAdd = function () {
      var box = L.DomUtil.create("div", "leaflet-bar");
      var button = L.DomUtil.create("a", "", box);
      button.href = "#";
      button.title = "Zoom to the chosen counties";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.title);
      button.textContent = "⤢";
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.on(button, "click", function (event) { L.DomEvent.stop(event); fit(); });
      return box;
    };
    control.addTo(view.map);
  }

  /* Where the window is narrow the card lies below the map, out of sight. */
  function hintControl() {
    var control = L.control({ position: "bottomright" });
    control.onAdd = function () {
      view.hint = L.DomUtil.create("div", "card-hint");
      view.hint.setAttribute("role", "status");
      return view.hint;
    };
    control.addTo(view.map);
  }

  function isStacked() {
    try { return window.parent.innerWidth <= STACKED_PX; } catch (error) { return false; }
  }

  function showHint() {
    var chosen = view.state.hint && view.state.chosen;
    var feature = chosen && view.data.municipality.features.concat(view.data.county.features)
      .find(function (one) { return one.properties.id === chosen; });
    view.hint.textContent = feature ? feature.properties.label + ": its card is below the map ↓" : "";
    view.hint.hidden = !feature || !isStacked();
  }

  /* ---- areas of a person's own data ---- */

  var fetchedOutlines = {};

  function outlinesOf(own) {
    if (own.layer === "hexagon") {
      return { features: own.hexagons.map(function (ring, place) {
        return { type: "Feature", properties: { id: place, place: place },
          geometry: { type: "Polygon", coordinates: [ring.concat([ring[0]])] } };
      }) };
    }
    var all = own.layer === "tract" ? fetchedOutlines[own.file] : view.data[own.layer];
    return { features: own.of.map(function (position, place) {
      var feature = all.features[position];
      return { type: "Feature", geometry: feature.geometry,
        properties: { id: feature.properties.id, label: feature.properties.label, place: place } };
    }) };
  }

  function isFetched(own) {
    if (!own || own.layer !== "tract" || fetchedOutlines[own.file]) return true;
    window.coverageFetch(own.file).then(function (outlines) {
      fetchedOutlines[own.file] = outlines;
      redraw();
    }).catch(function () { window.coverageFail("The outlines of the tracts could not be loaded."); });
    return false;
  }

  function drawReach() {
    if (view.reach) { view.map.removeLayer(view.reach); view.reach = null; }
    var reach = view.state.reach;
    if (!reach) return;
    if (!fetchedOutlines[reach.file]) {
      window.coverageFetch(reach.file).then(function (outlines) {
        fetchedOutlines[reach.file] = outlines;
        redraw();
      }).catch(function () { window.coverageFail("The reach by road could not be loaded."); });
      return;
    }
    /* A pale casing below the line keeps it legible on the darkest colour. */
    view.reach = L.layerGroup([["#ffffff", reach.width + 2.5], [reach.colour, reach.width]].map(function (pen) {
      return L.geoJson(fetchedOutlines[reach.file], { interactive: false,
        style: { fill: false, color: pen[0], weight: pen[1], opacity: 1 } });
    })).addTo(view.map);
  }

  function ownText(feature) {
    var own = view.state.own, place = feature.properties.place;
    return lines([feature.properties.label].concat(own.words[place].split("\n")));
  }

  function drawOwn() {
    if (view.own) { view.map.removeLayer(view.own); view.own = null; }
    var own = view.state.own;
    if (!own) return;
    view.own = L.geoJson(outlinesOf(own), { style: function (feature) {
      var style = fillOf(own.styles[own.style[feature.properties.place]] || []);
      return Object.assign({ stroke: true, weight: 0.5, color: colours().thin, opacity: 0.9, fill: true }, style);
    } });
    var ringed = own.high || {};
    view.own.eachLayer(function (layer) {
      if (ringed[layer.feature.properties.place]) layer.setStyle({ weight: 3, color: "#c1121f", opacity: 1 });
    });
    view.own.on("click", function (event) {
      var clicked = event.layer.feature.properties;
      if (own.layer === "municipality" || own.layer === "county") choose(clicked.id);
      if (own.layer === "unit" && clicked.county) choose(clicked.county);
    });
    hover(view.own, function (event) { return ownText(event.layer.feature); });
    view.own.addTo(view.map);
    view.layers.lines.bringToFront();
    view.own.eachLayer(function (layer) { if (ringed[layer.feature.properties.place]) layer.bringToFront(); });
    (own.points || []).forEach(function (point) {
      L.circleMarker([point[0], point[1]], { radius: 3, weight: 1, color: "#111111", fillColor: "#ffffff",
        fillOpacity: 0.9, interactive: false }).addTo(view.own);
    });
  }

  function drawWatermark() {
    var box = view.map.getContainer(), mark = box.querySelector(".watermark");
    if (!mark) { mark = L.DomUtil.create("div", "watermark", box); }
    mark.textContent = view.state.watermark || "";
    mark.hidden = !view.state.watermark;
  }

  function fit() { view.map.fitBounds(view.state.bounds, { animate: false, padding: [8, 8] }); }

  function addLayers() {
    view.layers.counties = areas(view.data.county);
    view.layers.areas = areas(view.data.municipality);
    view.layers.lines = L.geoJson(view.data.county, { interactive: false, style: { fill: false } }).addTo(view.map);
    view.rings = L.layerGroup().addTo(view.map);
    view.sites = L.layerGroup().addTo(view.map);
    view.map.on("zoomend", rescaleSites);
    labelLayer();
  }

  function redraw() {
    if (!view.ready || !view.state || !isFetched(view.state.own)) return;
    var state = view.state;
    view.place = {};
    var features = view.data.municipality.features;
    (state.of || features.map(function (_, place) { return place; })).forEach(function (position, place) {
      view.place[features[position].properties.id] = place;
    });
    document.body.classList.toggle("dark", state.theme === "dark");
    view.map.getContainer().style.background = colours().paper;
    if (view.region !== state.region) { view.region = state.region; fit(); }
    if (!view.layers.areas) addLayers();  /* after the view is fitted: outlines are projected once */
    drawTiles();
    view.layers.counties.setStyle(styleCounty);
    view.layers.areas.setStyle(styleArea);
    view.layers.lines.setStyle(styleCountyLine);
    drawOwn();
    drawWatermark();
    drawReach();
    drawRings();
    drawSites();
    drawNumbered();
    drawNames();
    showHint();
    window.coveragePainted = (window.coveragePainted || 0) + 1;
  }

  function collectNames() {
    view.countyNames = {};
    view.names = [];
    view.data.county.features.forEach(function (feature) {
      var own = feature.properties;
      view.countyNames[own.id] = own.name;
      view.names.push({ text: own.name, at: [own.lat, own.lon], level: "county", zoom: 0 });
    });
    view.data.municipality.features.slice()
      .sort(function (a, b) { return b.properties.people - a.properties.people; })
      .forEach(function (feature) {
        var own = feature.properties;
        view.names.push({ text: own.name, at: [own.lat, own.lon], level: "municipality",
          zoom: own.people > 60000 ? 9 : 10 });
      });
    view.names.sort(function (a, b) { return (a.level === "county" ? 0 : 1) - (b.level === "county" ? 0 : 1); });
  }

  function start(map) {
    view.map = map;
    patchCanvas();
    view.Symbol = symbolClass();
    view.tip = L.tooltip({ className: "map-tip", offset: [12, 0], opacity: 1 });
    var roles = Object.keys(window.coverageFetches);
    var files = roles.map(function (role) { return window.coverageFetches[role]; });
    Promise.all(files.concat(window.coverageStyles))
      .then(function (found) {
        view.data = {};
        roles.forEach(function (role, position) { view.data[role] = found[position]; });
        collectNames();
        fitControl();
        hintControl();
        view.ready = true;
        redraw();
      })
      .catch(function () { window.coverageFail("The map could not be drawn."); });
  }

  function apply(state) {
    view.state = state;
    if (view.ready) redraw();
  }

  window.coverage = { start: start, apply: apply, view: view };
})();
