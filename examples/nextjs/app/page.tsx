export default function HomePage() {
  return <p>Open /listings/ and the id of a listing of yours.</p>;
}
