/** Who viewed the page view `v`, in the SQL of those who know nothing of Headcount: its account, else its browser, else its session. */
export const visitorOfView = "coalesce(v.account_id, v.visitor_id, v.session_id)";
