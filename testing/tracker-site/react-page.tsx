// A page of a host that uses React, in StrictMode: its effects run twice.
import { AnalyticsProvider, usePageView } from "@headcount/react-hooks";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";

function Listing({ id }: { id: string }) {
  usePageView({ entity_type: "listing", entity_id: id });
  return <h1>Listing {id}</h1>;
}

function subscribe(onChange: () => void): () => void {
  addEventListener("popstate", onChange);
  return () => removeEventListener("popstate", onChange);
}

function App() {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  const id = path.replace("/listing/", "");
  return (
    <AnalyticsProvider endpoint="/analytics">
      <Listing key={id} id={id} />
    </AnalyticsProvider>
  );
}

window.go = (path) => {
  history.pushState(null, "", path);
  dispatchEvent(new Event("popstate"));
};
const root = document.body.appendChild(document.createElement("main"));
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
