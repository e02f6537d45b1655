// what Vite makes of a style sheet: nothing that a program could use
declare module "*.css";
