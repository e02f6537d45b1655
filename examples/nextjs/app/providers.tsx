"use client";

import { AnalyticsProvider } from "@headcount/react-hooks";
import { QueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

// What the server has just asked is not asked again at once.
const options = { defaultOptions: { queries: { staleTime: 10_000 } } };

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(() => new QueryClient(options));
  return (
    <AnalyticsProvider endpoint="/api/analytics" queryClient={queryClient}>
      {children}
    </AnalyticsProvider>
  );
}
