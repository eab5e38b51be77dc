/* A map without tiles: the office's own boundaries (GeoJSON) and one point. Loaded after Leaflet, on pages that have a map. */
"use strict";
document.querySelectorAll("[data-map]").forEach(async (frame) => {
  if (!frame.dataset.map) return;
  const answer = await fetch(frame.dataset.map, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) return;
  const boundaries = await answer.json();
  if (!boundaries.features?.length) return;
  frame.hidden = false;
  const map = L.map(frame, { attributionControl: false, zoomSnap: 0.25 });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const shape = { color: colour("--ink"), weight: 1, fillColor: colour("--sky"), fillOpacity: 0.6 };
  const areas = L.geoJSON(boundaries, {
    style: shape,
    onEachFeature: (feature, layer) => layer.bindTooltip(feature.properties.name, { sticky: true }),
  }).addTo(map);
  map.fitBounds(areas.getBounds(), { padding: [8, 8] });

  const [latitude, longitude] = [frame.dataset.latitude, frame.dataset.longitude].map((id) => document.getElementById(id));
  if (!latitude || !longitude) return;
  const point = L.circleMarker([0, 0], { radius: 9, color: colour("--seal"), fillColor: colour("--seal"), fillOpacity: 0.8 });
  const put = (at) => point.setLatLng(at).addTo(map);
  if (latitude.value && longitude.value) put([Number(latitude.value), Number(longitude.value)]);
  map.on("click", (event) => {
    put(event.latlng);
    latitude.value = event.latlng.lat.toFixed(6);
    longitude.value = event.latlng.lng.toFixed(6);
    longitude.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
