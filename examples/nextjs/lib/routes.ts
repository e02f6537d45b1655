import { AnalyticsError } from "@headcount/core/contract";
import { createAnalyticsRoutes } from "@headcount/core/routes";
import { ownerOf, signedInAccount } from "@/lib/accounts";
import { analytics } from "@/lib/analytics";

export const routes = createAnalyticsRoutes(analytics, {
  async authorize({ query, request }) {
    const account = await signedInAccount(request);
    if (account === null) throw new AnalyticsError("signed_out", "Sign in to see who viewed this.");
    if (query.entity_type === "listing" && (await ownerOf(query.entity_id)) === account) return;
    throw new AnalyticsError("forbidden", "This isn't one of your listings.");
  },
  async collect({ request }) {
    const account_id = await signedInAccount(request);
    return { account_id, owner_id: ({ entity_id }) => ownerOf(entity_id) };
  },
});
