/** Do something for every picture the screen shows, while a component is there. */
export function everyFrame(draw: () => void): () => void {
  let handle = requestAnimationFrame(function next() {
    draw();
    handle = requestAnimationFrame(next);
  });
  return () => cancelAnimationFrame(handle);
}
