// Reads a policy file here and hands its text to the page; one that is too large is not read at all.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const input = parentElement.querySelector("input");
  input.nextElementSibling.textContent = data.label;
  input.onchange = async () => {
    const file = input.files[0];
    if (!file) return;
    const text = file.size > data.most ? null : await file.text();
    input.value = "";
    setTriggerValue("policy", { name: file.name, text });
  };
}
