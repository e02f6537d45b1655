export { routes as GET, routes as POST } from "@/lib/routes";
