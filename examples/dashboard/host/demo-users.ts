/** Whom one can be in this example: in a real app, people sign in. */
export const demoUsers = [
  {
    id: "5d0c8a52-3c55-4b0e-8a35-6b2a1f0e9001",
    first_name: "Ines",
    last_name: "Carvalho",
    plan: "pro",
    is_operator: false,
    role: "Owner on Pro",
    about: "Sees every range, who viewed, and exports.",
  },
  {
    id: "5d0c8a52-3c55-4b0e-8a35-6b2a1f0e9002",
    first_name: "Jonas",
    last_name: "Lindqvist",
    plan: "free",
    is_operator: false,
    role: "Owner on Free",
    about: "Sees how many in the last 30 days, and not who.",
  },
  {
    id: "5d0c8a52-3c55-4b0e-8a35-6b2a1f0e9003",
    first_name: "Mira",
    last_name: "Aalto",
    plan: "free",
    is_operator: false,
    role: "Stranger",
    about: "Owns no page, and sees nobody else's numbers.",
  },
  {
    // owners are customers of the host, and none of them decides what is kept of all
    id: "5d0c8a52-3c55-4b0e-8a35-6b2a1f0e9004",
    first_name: "Noor",
    last_name: "Verbeek",
    plan: "free",
    is_operator: true,
    role: "Operator of the host",
    about: "Owns no page. Prunes page views, and erases people.",
  },
] as const;

/** Whose page is whose, by the last digits of its id; the others are Ines's. */
export const pagesOfJonas: readonly string[] = ["b003", "b004", "b007"];
