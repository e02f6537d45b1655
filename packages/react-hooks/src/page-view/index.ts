"use client";
// Counts the views of a page, and needs React only: public pages load neither TanStack Query nor the contract.

export { type UsePageViewOptions, usePageView } from "./use-page-view.ts";
