import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./controls/controls.css";
import "./styles/print.css";
import { AnalyticsProvider } from "@headcount/react-hooks";

const root = document.getElementById("root");
if (root === null) throw new Error("The document has no element with the id root.");
const queryClient = new QueryClient();

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <AnalyticsProvider endpoint="/api/analytics" queryClient={queryClient}>
        <App />
      </AnalyticsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
