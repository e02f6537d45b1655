import { usePageView } from "@headcount/react-hooks/page-view";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useTitle } from "../dashboard/use-title.ts";
import { TopBar } from "../session/top-bar.tsx";
import { useSession } from "../session/use-session.ts";
import "./public-page.css";

export interface PublicPageProps {
  entity_type: string;
  entity_id: string;
}

/** A page that people view. What counts the view is one line. */
export function PublicPage({ entity_type, entity_id }: PublicPageProps): ReactNode {
  const session = useSession();
  const page = useQuery({
    queryKey: ["page", entity_type, entity_id],
    queryFn: async ({ signal }) => {
      const response = await fetch(`/api/pages/${entity_type}/${entity_id}`, { signal });
      if (!response.ok) throw new Error("There is no such page.");
      return (await response.json()) as PublicPageProps & { title: string };
    },
    retry: false,
  });
  return (
    <>
      <TopBar session={session.data} />
      <main className="public-page">
        {page.isPending && <div className="skeleton public-page-picture" />}
        {page.isError && <h1>{page.error.message}</h1>}
        {page.data && <Shown {...page.data} />}
      </main>
    </>
  );
}

function Shown({ entity_type, entity_id, title }: PublicPageProps & { title: string }): ReactNode {
  usePageView({ entity_type, entity_id }, { endpoint: "/api/analytics" });
  useTitle(title);
  return (
    <article className="public-page-article">
      <div className="public-page-picture" aria-hidden="true" />
      <p className="muted public-page-type">{entity_type}</p>
      <h1>{title}</h1>
      <p>
        Morning light from two sides, a quiet street, and a market around the corner. Come and see
        it for yourself: viewings are on Thursdays, and the kettle is on.
      </p>
      <p className="panel public-page-note">
        <strong>This page counts its views.</strong> Open{" "}
        <Link href={`/?entity=${entity_type}/${entity_id}`}>its dashboard</Link> as its owner to see
        yours arrive, within seconds.
      </p>
    </article>
  );
}
