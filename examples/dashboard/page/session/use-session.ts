import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import type { SessionAnswer } from "../../server/session-answer.ts";

const address = "/api/session";

/** Who is signed in, which pages are theirs, and whom else one can be in this example. */
export function useSession() {
  return useQuery({
    queryKey: ["session"],
    queryFn: async ({ signal }) => {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`The session could not be read (${response.status}).`);
      return (await response.json()) as SessionAnswer;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Signs in as one of the demo users, or, given null, out. Nothing that was on the page is kept. */
export function useSignIn() {
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: async (userId: string | null) => {
      const response = await fetch(address, {
        method: userId === null ? "DELETE" : "POST",
        headers: { "Content-Type": "application/json" },
        body: userId === null ? null : JSON.stringify({ user_id: userId }),
      });
      if (!response.ok) throw new Error(`Signing in failed (${response.status}).`);
    },
    onSuccess: async () => {
      navigate("/");
      await queryClient.resetQueries();
    },
  });
}
