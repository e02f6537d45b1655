import { AnalyticsPanel } from "@headcount/react-ui";
import { Suspense } from "react";
import "@headcount/react-ui/styles.css";

interface PageProps {
  params: Promise<{ id: string }>;
}

export default function StatsPage(props: PageProps) {
  return (
    <main>
      <h1>Who viewed this listing</h1>
      <Suspense fallback={<p>Loading…</p>}>
        <Stats {...props} />
      </Suspense>
    </main>
  );
}

async function Stats({ params }: PageProps) {
  const { id } = await params;
  return <AnalyticsPanel entity={{ entity_type: "listing", entity_id: id }} live />;
}
