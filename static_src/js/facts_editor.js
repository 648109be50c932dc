/* A fact in rich text: chosen from a list, shown as a chip with its key and what it says now. */
(function () {
  var React = window.React;
  var DraftJS = window.DraftJS;
  var draftail = window.draftail;

  class FactSource extends draftail.ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.factChooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen }
      };
    }

    /* The chip replaces what is selected; its text is what the fact says, so that the sentence can be read. */
    onChosen(chosen) {
      var state = this.props.editorState;
      var data = { key: chosen.key, display: chosen.display };
      var content = state.getCurrentContent().createEntity("FACT", "IMMUTABLE", data);
      var changed = DraftJS.Modifier.replaceText(
        content,
        state.getSelection(),
        chosen.display,
        state.getCurrentInlineStyle(),
        content.getLastCreatedEntityKey()
      );
      this.workflow.close();
      this.props.onComplete(DraftJS.EditorState.push(state, changed, "insert-characters"));
    }
  }

  function FactChip(props) {
    var data = props.contentState.getEntity(props.entityKey).getData();
    return React.createElement(
      "span",
      { className: data.display ? "fact-chip" : "fact-chip fact-chip--lost", title: "{fact:" + data.key + "}" },
      props.children,
      React.createElement("span", { className: "fact-chip__key", contentEditable: false }, data.key)
    );
  }

  draftail.registerPlugin({ type: "FACT", source: FactSource, decorator: FactChip }, "entityTypes");
})();
