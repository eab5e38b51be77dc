/* A map without tiles: the office's own boundaries (GeoJSON) and one point. Loaded after Leaflet, on pages that have a map. */
"use strict";
document.querySelectorAll("[data-map]").forEach(async (frame) => {
  const answer = await fetch(frame.dataset.map, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) return;
  const boundaries = await answer.json();
  if (!boundaries.features.length) return;
  frame.hidden = false;

  /* ---- the boundaries ---- */
  const ground = frame.querySelector(".map");
  /* One finger scrolls the page, two move the map; the wheel is the page's. */
  const map = L.map(ground, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, scrollWheelZoom: false, dragging: !L.Browser.mobile });
  L.control.zoom({ zoomInTitle: ground.dataset.in, zoomOutTitle: ground.dataset.out }).addTo(map);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const outermost = Math.min(...boundaries.features.map((feature) => feature.properties.level));
  const style = ({ properties }) => properties.level === outermost
    ? { color: colour("--ink"), weight: 1.5, fillColor: colour("--sky"), fillOpacity: 0.6 }
    : { color: colour("--ink-soft"), weight: 0.75, fill: false };
  const label = ({ properties }, layer) => layer.bindTooltip(properties.name, {
    permanent: true, direction: "center", className: properties.level === outermost ? "map-name" : "map-name map-name-near",
  });
  const areas = L.geoJSON(boundaries, { style, onEachFeature: label, interactive: false }).addTo(map);
  map.fitBounds(areas.getBounds(), { padding: [8, 8] });
  const whole = map.getZoom();
  map.on("zoomend", () => ground.classList.toggle("map-near", map.getZoom() >= whole + 1.5));  /* names of towns, once there is room */

  /* ---- the point ---- */
  const [latitude, longitude] = ["latitude", "longitude"].map((name) => document.getElementById(frame.dataset[name]));
  const [hidden, typed] = [frame.dataset.into, `${frame.dataset.into}-text`].map((id) => document.getElementById(id));
  const said = frame.querySelector(".map-answer");
  const point = L.circleMarker([0, 0], { radius: 9, color: colour("--seal"), fillColor: colour("--seal"), fillOpacity: 0.8, interactive: false });
  function put(at) {
    point.setLatLng(at).addTo(map);
    latitude.value = at.lat.toFixed(6);
    longitude.value = at.lng.toFixed(6);
  }
  function lift() {
    point.remove();
    latitude.value = longitude.value = "";
  }
  async function pick(at) {
    put(at.wrap());
    const where = new URLSearchParams({ lat: latitude.value, lon: longitude.value });
    await htmx.ajax("GET", `${frame.dataset.at}?${where}`, { source: said, target: said });
    if (!said.querySelector("[data-picked]")) lift();
  }
  map.on("click", (event) => pick(event.latlng));
  ground.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== ground) return;
    event.preventDefault();
    pick(map.getCenter());
  });
  /* Another place, chosen otherwise: the point is no longer meant. */
  const forget = () => { lift(); said.replaceChildren(); };
  hidden.addEventListener("change", (event) => { if (!said.contains(event.detail?.by)) forget(); });
  typed.addEventListener("input", forget);
  if (latitude.value && longitude.value) put(L.latLng(Number(latitude.value), Number(longitude.value)));
});
