/** Signs in as a user of the example, and gives the cookie to send along. */
export async function signIn(url: string, userId: string): Promise<string> {
  const response = await fetch(`${url}api/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user_id: userId }),
  });
  const [cookie = ""] = response.headers.getSetCookie();
  return cookie.split(";", 1)[0] ?? "";
}
