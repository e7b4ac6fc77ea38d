// Tells the learning platform that registering is done, so that it closes the frame or window (LTI Dynamic Registration 1.0, 3.7).
document.addEventListener("click", event => {
  const button = event.target.closest("[data-close]");
  if (button) (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, button.dataset.close);
});
