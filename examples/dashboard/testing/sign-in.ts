/** Signs in as a user of the example, in the window of another cookie if that is given, and gives the cookie to send along. */
export async function signIn(url: string, userId: string, cookie = ""): Promise<string> {
  const response = await fetch(`${url}api/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: cookie },
    body: JSON.stringify({ user_id: userId }),
  });
  const begun = response.headers.getSetCookie().at(-1) ?? "";
  return begun.split(";", 1)[0] ?? "";
}
